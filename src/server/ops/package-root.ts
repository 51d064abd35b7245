import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Directory of this package, without a trailing slash: the nearest one above this module that has a
 * package.json. The build bundles modules, so that a module can be in any directory.
 */
export const PACKAGE_ROOT = packageAbove(dirname(fileURLToPath(import.meta.url)));

function packageAbove(directory: string): string {
  const above = dirname(directory);
  const isHere = above === directory || existsSync(join(directory, 'package.json'));
  return isHere ? directory : packageAbove(above);
}
