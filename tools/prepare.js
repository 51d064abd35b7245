/**
 * Builds after `npm ci` in a clone. Without development dependencies (NODE_ENV=production) there is
 * no compiler: says so and succeeds, so that the dependencies are installed.
 */
import { execSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const compiler = fileURLToPath(new URL('../node_modules/typescript', import.meta.url));
if (existsSync(compiler)) {
  execSync('npm run clean && npm run build', { stdio: 'inherit' });
} else {
  process.stderr.write('tickchat: not built; run: npm ci --include=dev && npm run build\n');
}
