import { readFile, writeFile } from 'node:fs/promises';
import { envExample, withOptionsTable } from './generated-docs.js';

/** `npm run docs`: rewrites in the working directory what is made from the option table. */
await writeFile('.env.example', envExample());
await writeFile('README.md', withOptionsTable(await readFile('README.md', 'utf8')));
