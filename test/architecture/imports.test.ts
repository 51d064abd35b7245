import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/root.js';
import { faultsIn, specifiersIn, type Sources } from './import-arrows.js';

/** Every TypeScript file under src. */
function sourcesOfTheHouse(): Sources {
  const paths = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => `src/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts'));
  return new Map(paths.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]));
}

/** A house of a few files, each one importing what is listed. */
function house(imports: Readonly<Record<string, readonly string[]>>): Sources {
  return new Map(
    Object.entries(imports).map(([path, specifiers]) => [
      path,
      specifiers.map((specifier) => `import { x } from '${specifier}';\n`).join(''),
    ]),
  );
}

describe('imports under src', () => {
  it('follow the arrows of the house, without a cycle', () => {
    const sources = sourcesOfTheHouse();
    expect(sources.size).toBeGreaterThan(20);
    expect(faultsIn(sources)).toEqual([]);
  });
});

describe('the check of the imports', () => {
  it('allows the arrows there are', () => {
    const good = house({
      'src/cli/main.ts': ['node:fs', 'commander', '../server/server.js', '../client/client.js'],
      'src/server/server.ts': ['node:http', './hub.js', '../protocol/frame.js', '../clock/line.js'],
      'src/server/hub.ts': [],
      'src/page/main.ts': ['../client/client.js'],
      'src/client/client.ts': ['../protocol/frame.js', '../clock/line.js'],
      'src/protocol/frame.ts': ['./verb.js'],
      'src/protocol/verb.ts': [],
      'src/clock/line.ts': [],
    });
    expect(faultsIn(good)).toEqual([]);
  });

  it.each([
    ['src/protocol/a.ts', '../clock/b.js', 'src/clock/b.ts', 'protocol → clock'],
    ['src/clock/a.ts', '../protocol/b.js', 'src/protocol/b.ts', 'clock → protocol'],
    ['src/server/a.ts', '../cli/b.js', 'src/cli/b.ts', 'server → cli'],
    ['src/server/a.ts', '../client/b.js', 'src/client/b.ts', 'server → client'],
    ['src/client/a.ts', '../server/b.js', 'src/server/b.ts', 'client → server'],
    ['src/page/a.ts', '../server/b.js', 'src/server/b.ts', 'page → server'],
    ['src/page/a.ts', '../protocol/b.js', 'src/protocol/b.ts', 'page → protocol'],
    ['src/cli/a.ts', '../page/b.js', 'src/page/b.ts', 'cli → page'],
    ['src/cli/a.ts', '../protocol/b.js', 'src/protocol/b.ts', 'cli → protocol'],
  ])('finds a bad arrow: %s imports %s', (path, specifier, target, arrow) => {
    const faults = faultsIn(house({ [path]: [specifier], [target]: [] }));
    expect(faults).toEqual([`${path}: ${arrow} (${specifier})`]);
  });

  it.each(['protocol', 'clock', 'client', 'page'])('keeps packages and Node out of %s', (part) => {
    const path = `src/${part}/a.ts`;
    expect(faultsIn(house({ [path]: ['ws', 'node:fs'] }))).toEqual([
      `${path}: ${part} may not import ws`,
      `${path}: ${part} may not import node:fs`,
    ]);
  });

  it('allows imports down the layers of src/server', () => {
    const good = house({
      'src/server/server.ts': ['./api/api.js', './chat/hub.js', './config/options.js'],
      'src/server/api/api.ts': ['../chat/hub.js', '../connection/peer.js', './routes.js'],
      'src/server/api/routes.ts': [],
      'src/server/chat/hub.ts': ['../connection/peer.js', '../log/log.js'],
      'src/server/connection/peer.ts': ['../ops/stats.js'],
      'src/server/log/log.ts': ['./lmdb/store.js', '../config/options.js'],
      'src/server/log/lmdb/store.ts': [],
      'src/server/ops/stats.ts': [],
      'src/server/config/options.ts': [],
    });
    expect(faultsIn(good)).toEqual([]);
  });

  it.each([
    ['config/a.ts', '../http/b.js', 'http/b.ts', 'server/config → server/http'],
    ['log/lmdb/a.ts', '../../ops/b.js', 'ops/b.ts', 'server/log → server/ops'],
    ['ops/a.ts', '../chat/b.js', 'chat/b.ts', 'server/ops → server/chat'],
    ['connection/a.ts', '../chat/b.js', 'chat/b.ts', 'server/connection → server/chat'],
    ['chat/a.ts', '../server.js', 'server.ts', 'server/chat → server/wiring'],
  ])('finds an upward import: src/server/%s imports %s', (path, specifier, target, arrow) => {
    const faults = faultsIn(
      house({ [`src/server/${path}`]: [specifier], [`src/server/${target}`]: [] }),
    );
    expect(faults).toEqual([`src/server/${path}: ${arrow} (${specifier})`]);
  });

  it('finds a folder of src/server without a layer', () => {
    const faults = faultsIn(
      house({ 'src/server/odd/a.ts': ['../config/b.js'], 'src/server/config/b.ts': [] }),
    );
    expect(faults).toEqual(['src/server/odd/a.ts: server/odd has no layer']);
  });

  it('finds a way out of src and a file outside every part', () => {
    const faults = faultsIn(house({ 'src/server/a.ts': ['../../test/b.js'], 'src/odd/a.ts': [] }));
    expect(faults).toEqual([
      'src/server/a.ts: ../../test/b.js is not a file under src',
      'src/odd/a.ts: belongs to no part of the house',
    ]);
  });

  it('finds a cycle', () => {
    const faults = faultsIn(
      house({
        'src/server/a.ts': ['./b.js'],
        'src/server/b.ts': ['./c.js'],
        'src/server/c.ts': ['./b.js'],
      }),
    );
    expect(faults).toEqual(['cycle: src/server/b.ts → src/server/c.ts → src/server/b.ts']);
  });

  it('finds a computed import', () => {
    const sources = new Map([['src/server/a.ts', 'const m = await import(name);']]);
    expect(faultsIn(sources)).toEqual(['src/server/a.ts: computed import']);
  });

  it('reads every form of import, and none in comments and strings', () => {
    const text = `
      // import { no } from './comment.js';
      /* import './block.js'; */
      import { a, type B } from './a.js';
      import type { C } from "./c.js";
      import {
        d,
      } from './d.js';
      import './e.js';
      export * from './f.js';
      export { g } from './g.js';
      const h = await import('./h.js');
      const url = 'http://example.com'; import { i } from './i.js';
      export const from = 'nowhere';
    `;
    const letters = ['a', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    expect(specifiersIn(text)).toEqual(letters.map((letter) => `./${letter}.js`));
  });
});
