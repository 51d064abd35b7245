import { fileURLToPath } from 'node:url';

/** A path from the package's root; this file runs from dist/bench. */
export function fromRoot(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
