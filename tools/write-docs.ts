import { readFile, writeFile } from 'node:fs/promises';
import { commonOptionsTable, envExample, optionsTable, withTable } from './generated-docs.js';

/** `npm run docs`: writes the parts of the docs that come from the option table. */
await writeFile('.env.example', envExample());
for (const [file, table] of [
  ['README.md', commonOptionsTable()],
  ['docs/CONFIGURATION.md', optionsTable()],
] as const) {
  await writeFile(file, withTable(await readFile(file, 'utf8'), table));
}
