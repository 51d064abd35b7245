#!/usr/bin/env node
/** Oldest Node that `engines` in package.json names, for those who install past it. */
const OLDEST = [20, 20];

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  fail(`needs Node ${OLDEST.join('.')} or newer; this is ${process.version}`);
}
const { main } = await import('../dist/cli/main.js').catch(explain);
await main(process.argv);

/** Says what to run where the program is not complete. Rethrows any other error. */
function explain(error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  const missing = missingIn(error);
  const isBuilt = !missing.endsWith('main.js');
  if (isBuilt) fail(`a package is missing (${missing}); run: npm ci`);
  fail('not built; run: npm ci --include=dev && npm run build');
}

function missingIn({ message }) {
  return message.split("'")[1] ?? message;
}

function fail(line) {
  process.stderr.write(`tickchat: ${line}\n`);
  process.exit(1);
}
