import type { HostileCase } from './case.js';
import { FRAMES } from './frames.js';
import { HANDSHAKES } from './handshakes.js';
import { REQUESTS } from './requests.js';
import { V1_FRAMES } from './v1-frames.js';

/** All cases. */
export const CORPUS: readonly HostileCase[] = [...REQUESTS, ...HANDSHAKES, ...FRAMES, ...V1_FRAMES];
