import { fileURLToPath } from 'node:url';

/** The package's own folder: tests run from dist/test. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
