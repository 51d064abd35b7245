import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { minify } from 'terser';

/** What any page may import: many do so over a phone's network. The page's own code stays as it is. */
const FOLDERS = ['public/js/client', 'public/js/protocol', 'public/js/clock'];

/** Part of `npm run build`: makes each module of the library small, by itself; nothing is bundled. */
for (const folder of FOLDERS) {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { code = '' } = await minify(await readFile(path, 'utf8'), { module: true });
    await writeFile(path, code);
  }
}
