import { build } from 'esbuild';
import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Directory of the page's source: markup, style, icon, manifest. */
const SOURCE = 'public';
/** Directory that the server serves. It is replaced as a whole. */
const TARGET = 'dist/public';

/** Files of the page's source that the build bundles. */
const BUNDLED = new Set(['style.css']);

const OPTIONS = {
  bundle: true,
  format: 'esm',
  minify: true,
  sourcemap: true,
  target: 'es2022',
  tsconfig: 'tsconfig.browser.json',
  logLevel: 'warning',
} as const;

/** Files that compress; the others are compressed already. */
const COMPRESSIBLE = /\.(?:html|css|js|map|svg|webmanifest)$/;

/**
 * Part of `npm run build`: writes what a browser loads into {@link TARGET}. The page has one script
 * and one style sheet, named after their content; the client library is one file, `client.js`.
 * Beside each file stand its compressed forms, `.br` and `.gz`.
 */
async function buildBrowser(): Promise<void> {
  const target = `${TARGET}.new`;
  await rm(target, { recursive: true, force: true });
  await copySource(target);
  await buildPage(target);
  await build({
    ...OPTIONS,
    entryPoints: { client: 'src/client/index.ts' },
    outdir: target,
  });
  await compressAll(target);
  await rm(TARGET, { recursive: true, force: true });
  await rename(target, TARGET);
}

async function copySource(target: string): Promise<void> {
  await cp(SOURCE, target, {
    recursive: true,
    filter: (path) => !BUNDLED.has(basename(path)),
  });
}

/** Bundles the page and puts the names of its script and its style sheet into the markup. */
async function buildPage(target: string): Promise<void> {
  const { metafile } = await build({
    ...OPTIONS,
    entryPoints: { page: 'src/page/main.ts', style: join(SOURCE, 'style.css') },
    entryNames: 'assets/[name]-[hash]',
    outdir: target,
    metafile: true,
  });
  let page = await readFile(join(SOURCE, 'client.html'), 'utf8');
  for (const path of Object.keys(metafile.outputs)) {
    const [, name, , extension] = /assets\/((\w+)-\w+\.(js|css))$/.exec(path) ?? [];
    if (name === undefined) continue; // a source map
    const source = extension === 'js' ? 'page.js' : 'style.css';
    if (!page.includes(`"${source}"`)) throw new Error(`client.html does not load ${source}`);
    page = page.replace(`"${source}"`, `"assets/${name}"`);
  }
  await writeFile(join(target, 'client.html'), page);
}

async function compressAll(target: string): Promise<void> {
  const entries = await readdir(target, { recursive: true });
  await Promise.all(
    entries
      .filter((path) => COMPRESSIBLE.test(path))
      .map(async (path) => {
        const content = await readFile(join(target, path));
        const parameters = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
        const brotli = await promisify(brotliCompress)(content, { params: parameters });
        const zipped = await promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION });
        await writeFile(join(target, `${path}.br`), brotli);
        await writeFile(join(target, `${path}.gz`), zipped);
      }),
  );
}

await buildBrowser();
