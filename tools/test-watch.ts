import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** `npm run test:watch`: compiles on change, and runs the unit tests after each compilation. */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const JEST = ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning'];

const children = [
  ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--watch', '--preserveWatchOutput'],
  [...JEST, 'node_modules/jest/bin/jest.js', '--config', 'jest.unit.config.js', '--watchAll'],
].map((args) => spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }));

for (const child of children) {
  child.once('exit', (code) => {
    for (const other of children) other.kill();
    process.exitCode ??= code ?? 0;
  });
}
