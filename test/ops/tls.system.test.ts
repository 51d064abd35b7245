import { once } from 'node:events';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { reloadAll } from '../../src/server/config/reload.js';
import { until } from '../support/until.js';
import { loadTlsPair, type TlsFiles } from '../../src/server/http/tls.js';
import {
  makeCertificate,
  makeExpiredCertificate,
  withCertificate,
} from '../support/certificate.js';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { Inbox } from '../support/inbox.js';

function startTls({ cert, key }: TlsFiles, ...args: string[]): Promise<Daemon> {
  return startDaemon(['--tls-cert', cert, '--tls-key', key, ...args]);
}

async function handshaken(port: number): Promise<TLSSocket> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  return socket;
}

/** The name in the certificate of a new handshake. */
async function nameServed(port: number): Promise<unknown> {
  const socket = await handshaken(port);
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return subject.CN;
}

async function open(port: number): Promise<{ ws: WebSocket; inbox: Inbox<string> }> {
  const ws = new WebSocket(`wss://127.0.0.1:${port}/ws`, { rejectUnauthorized: false });
  const inbox = new Inbox<string>();
  ws.on('message', (data: Buffer) => inbox.push(data.toString()));
  await once(ws, 'open');
  return { ws, inbox };
}

describe('TLS', () => {
  it('serves the page and the WebSocket on one port, and says https', async () => {
    await withCertificate('one', async (files) => {
      const daemon = await startTls(files);
      expect(JSON.parse(daemon.logLines()[0] ?? '')).toMatchObject({
        urls: [`https://127.0.0.1:${daemon.port}/`],
      });
      const socket = await handshaken(daemon.port);
      let page = '';
      socket.on('data', (chunk: Buffer) => (page += chunk.toString()));
      socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
      await once(socket, 'end');
      expect(page).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      expect(page).toContain('<title>');
      const { ws, inbox } = await open(daemon.port);
      ws.send('over TLS');
      await inbox.until('the message', (frames) => frames.includes('msg:over TLS'));
      expect(await daemon.stop()).toMatchObject({ code: 0, stderr: '' });
    });
  });

  it('answers every ping of a client that reads, as without TLS', async () => {
    await withCertificate('one', async (files) => {
      const daemon = await startTls(files, '--tick', '10ms');
      const { ws } = await open(daemon.port);
      const pongs: string[] = [];
      ws.on('pong', (payload) => pongs.push(String(payload)));
      for (const round of ['a', 'b', 'c']) {
        const pings = Array.from({ length: 10 }, (_, i) => `${round}${i}`);
        for (const ping of pings) ws.ping(ping); // back to back
        await until('all ten', () => pongs.length >= 10);
        expect(pongs.splice(0)).toEqual(pings);
      }
      await daemon.stop();
    });
  });

  it('delivers texts of every size, whole and in order', async () => {
    await withCertificate('one', async (files) => {
      const daemon = await startTls(
        files,
        '--rate',
        '0',
        '--max-message',
        '256kb',
        '--tick',
        '10ms',
      );
      const [one, two] = [await open(daemon.port), await open(daemon.port)];
      // Around the limits of frames (125, 65,535) and of TLS records (16 KB).
      const sizes = [
        1, 2, 124, 125, 126, 127, 1000, 16_383, 16_384, 16_385, 65_535, 65_536, 262_144,
      ];
      const texts = sizes.flatMap((size) => ['a'.repeat(size), 'é'.repeat(Math.floor(size / 2))]);
      const wanted = texts.filter((text) => text !== '').map((text) => `msg:${text}`);
      for (const text of texts) if (text !== '') one.ws.send(text);
      for (const { inbox } of [one, two]) {
        const messages = (): string[] => inbox.items.filter((frame) => frame.startsWith('msg:'));
        await inbox.until('all messages', () => messages().length === wanted.length);
        expect(messages().every((text, i) => text === wanted[i])).toBe(true);
        const ticks = inbox.items.filter((frame) => frame.startsWith('tick:'));
        await inbox.until('more ticks', (frames) => frames.length > wanted.length + ticks.length);
      }
      await daemon.stop();
    });
  });

  it('uses a renewed certificate for new handshakes on SIGHUP, and keeps connections', async () => {
    await withCertificate('before', async (files) => {
      const daemon = await startTls(files);
      const { ws, inbox } = await open(daemon.port);
      expect(await nameServed(daemon.port)).toBe('before');
      await makeCertificate(files, 'after');
      daemon.process.kill('SIGHUP');
      await daemon.untilLine('SIGHUP: reloaded the certificate');
      expect(await nameServed(daemon.port)).toBe('after');
      ws.send('still here');
      await inbox.until('the message', (frames) => frames.includes('msg:still here'));
      await daemon.stop();
    });
  });

  it('keeps the old certificate when the new one is broken, and logs why in one line', async () => {
    await withCertificate('before', async (files) => {
      const daemon = await startTls(files);
      await writeFile(files.cert, 'half a certif');
      daemon.process.kill('SIGHUP');
      await daemon.untilLine(`--tls-cert ${files.cert}: not understood`);
      expect(await nameServed(daemon.port)).toBe('before');
      expect(daemon.logLines().join('\n')).toContain('the certificate is kept');
      await daemon.stop();
    });
  });

  it('keeps the old certificate when the new chain is half written, and logs why', async () => {
    await withCertificate('before', async (files) => {
      const daemon = await startTls(files);
      await appendFile(files.cert, (await readFile(files.cert)).subarray(0, 300));
      daemon.process.kill('SIGHUP');
      await daemon.untilLine(
        `--tls-cert ${files.cert}: not understood (bad end line); takes a PEM`,
      );
      expect(await nameServed(daemon.port)).toBe('before');
      expect(await daemon.stop()).toMatchObject({ code: 0, stderr: '' });
    });
  });

  it('closes the connection of a plain HTTP client, logs that and serves the next', async () => {
    await withCertificate('one', async (files) => {
      const daemon = await startTls(files);
      const plain = connectTcp(daemon.port, '127.0.0.1');
      plain.on('error', () => {}); // a reset is fine too
      plain.resume().write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await once(plain, 'close');
      await daemon.untilLine('a TLS handshake failed');
      expect(await nameServed(daemon.port)).toBe('one');
      await daemon.stop();
    });
  });

  it('starts with an expired certificate, and warns', async () => {
    await withCertificate('one', async (files) => {
      await makeExpiredCertificate(files);
      const daemon = await startTls(files);
      await daemon.untilLine('expired on 2020-01-31');
      await daemon.stop();
    });
  });
});

describe('a certificate and its key', () => {
  it('are accepted when they belong together, with the day of expiry', async () => {
    await withCertificate('one', async (files) => {
      const loaded = await loadTlsPair(files);
      if (!loaded.ok) throw new Error(loaded.error);
      const days = (loaded.pair.expiresAt - Date.now()) / 86_400_000;
      expect(Math.round(days)).toBe(30);
    });
  });

  it('are rejected with one line that names the option, the file and the problem', async () => {
    await withCertificate('one', async (files) => {
      await withCertificate('two', async (others) => {
        const { cert, key } = files;
        const table: Array<[TlsFiles, string]> = [
          [
            { cert: '/no/such', key },
            "--tls-cert /no/such: can't be read (ENOENT); takes a PEM file",
          ],
          [{ cert: '/', key }, "--tls-cert /: can't be read (EISDIR); takes a PEM file"],
          [
            { cert: '/dev/zero', key },
            '--tls-cert /dev/zero: is larger than 1048576 bytes; takes a PEM file',
          ],
          [
            { cert, key: '/dev/zero' },
            '--tls-key /dev/zero: is larger than 1048576 bytes; takes a PEM file',
          ],
          [{ cert: key, key }, `--tls-cert ${key}: not understood; takes a PEM file with a certif`],
          [
            { cert, key: '/no/such' },
            "--tls-key /no/such: can't be read (ENOENT); takes a PEM file",
          ],
          [
            { cert, key: cert },
            `--tls-key ${cert}: not understood; takes a PEM file with a private`,
          ],
          [{ cert, key: others.key }, `--tls-key ${others.key}: isn't the key of ${cert}; takes`],
        ];
        for (const [pair, line] of table) {
          const loaded = await loadTlsPair(pair);
          expect(loaded.ok ? '' : loaded.error).toContain(line);
          expect(loaded.ok ? '' : loaded.error).not.toContain('\n');
        }
      });
    });
  });

  it('are rejected when an intermediate certificate is broken', async () => {
    await withCertificate('one', async (files) => {
      const whole = await readFile(files.cert, 'utf8');
      const broken: Array<[string, string]> = [
        [whole.slice(0, 300), 'bad end line'],
        [whole.replace('MII', 'M!!'), 'bad base64 decode'],
        [whole.replace(/\n[^-]+\n/, '\nAAAA\n'), 'wrong tag'],
      ];
      for (const [second, reason] of broken) {
        await writeFile(files.cert, whole + second);
        const loaded = await loadTlsPair(files);
        expect(loaded.ok ? '' : loaded.error).toMatch(
          `--tls-cert ${files.cert}: not understood (${reason}); takes a PEM file with a certif`,
        );
      }
      await writeFile(files.cert, whole + whole);
      expect(await loadTlsPair(files)).toMatchObject({ ok: true });
    });
  });
});

describe('reload', () => {
  it('goes on after an unexpected failure', async () => {
    const report = await reloadAll([
      { name: 'this', reload: () => Promise.reject(new Error('a bug')) },
      { name: 'that', reload: async () => undefined },
    ]);
    expect(report).toEqual({ reloaded: ['that'], errors: ['a bug; this is kept'] });
  });
});
