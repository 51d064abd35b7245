import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/root.js';

/** The vectors of the plain protocol: `about` in the file says what each list means. */
export interface PlainVectors {
  readonly ticks: ReadonlyArray<{ readonly n: number; readonly frame: string }>;
  readonly messages: ReadonlyArray<{ readonly sent: string; readonly received: string | null }>;
  readonly frames: ReadonlyArray<
    | { readonly frame: string; readonly verb: string; readonly payload: string }
    | { readonly frame: string; readonly verb: null }
  >;
}

/** Reads them. They are data for implementations in other languages too, hence JSON. */
export function plainVectors(): PlainVectors {
  const text = readFileSync(join(ROOT, 'test/protocol/vectors/plain.json'), 'utf8');
  return JSON.parse(text) as PlainVectors;
}
