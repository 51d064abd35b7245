import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { ROOT } from '../support/root.js';

const PRELOAD = pathToFileURL(join(ROOT, 'dist/tools/dev-reload.js')).href;

/** Starts the server of `npm run dev`. */
function startDev(port = '0'): Promise<Daemon> {
  return startDaemon(['--port', port], { NODE_OPTIONS: `--import=${PRELOAD}` });
}

/** The name of the server's run, from the first event of its stream. */
async function runOf(url: string): Promise<string> {
  const request = get(`${url}dev-reload`);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const [chunk] = (await once(response, 'data')) as [Buffer];
  request.destroy();
  return /^data: (.*)$/m.exec(chunk.toString())?.[1] ?? '';
}

describe('the server of npm run dev', () => {
  it.each(['', 'client.html'])('adds its script to the page at /%s', async (path) => {
    const daemon = await startDev();
    const page = await (await fetch(daemon.url + path)).text();
    expect(page).toContain('</html>');
    expect(page).toMatch(/<script src="\/dev-reload\.js"><\/script>\n$/);
    const script = await fetch(`${daemon.url}dev-reload.js`);
    expect(script.headers.get('Content-Type')).toBe('text/javascript');
    expect(await script.text()).toContain('location.reload()');
    expect((await fetch(`${daemon.url}healthz`)).status).toBe(200);
    await daemon.stop();
  });

  it('names each run of the server differently', async () => {
    const first = await startDev();
    const before = await runOf(first.url);
    expect(await runOf(first.url)).toBe(before);
    await first.kill();
    const second = await startDev(String(first.port));
    expect(await runOf(second.url)).not.toBe(before);
    await second.stop();
  });
});
