import type { Log } from './log.js';
export declare class LmdbLogStub {}
export const LmdbLog = undefined as unknown as new (options: object) => Log;
