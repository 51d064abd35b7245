import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { parseBenchPlan } from '../../../src/cli/bench/arguments.js';
import { runBench } from '../../../src/cli/bench/run.js';
import type { BenchFlags } from '../../../src/cli/commands/bench-defaults.js';
import type { TlsFiles } from '../../../src/server/http/tls.js';
import { withCertificate } from '../../support/certificate.js';
import { runTickchat } from '../../support/run-tickchat.js';
import { startTestServer, type TestServer } from '../../support/test-server.js';

const SHORT: BenchFlags = { clients: '6', seconds: '0.3', warmup: '0', workers: '2' };

/** Runs `body` with a server that speaks TLS, and its certificate. */
async function withServer(body: (server: TestServer, files: TlsFiles) => Promise<void>) {
  await withCertificate('bench', async (files) => {
    const options = {
      tlsCert: files.cert,
      tlsKey: files.key,
      rate: '0',
      tick: '50ms',
      maxMessage: '32kb',
    };
    const server = await startTestServer(options);
    try {
      await body(server, files);
    } finally {
      await server.stop();
    }
  });
}

/** The plan for a server whose certificate is trusted. */
function planFor(url: string, { cert }: TlsFiles, flags: BenchFlags) {
  const plan = parseBenchPlan(url, { ...SHORT, ...flags });
  return { ...plan, target: { ...plan.target, tls: { ca: readFileSync(cert, 'utf8') } } };
}

describe('bench over TLS', () => {
  test('delivers and checks every message, by a name and by an address', async () => {
    await withServer(async ({ port }, files) => {
      for (const host of ['localhost', '127.0.0.1']) {
        const flags = { closed: true, size: '20000' } as const; // longer than a TLS record
        const report = await runBench(planFor(`wss://${host}:${port}/ws`, files, flags));
        expect(report).toMatchObject({ lost: 0, outOfOrder: 0, duplicated: 0, closed: 0 });
        expect(report.sent).toBeGreaterThan(6);
        expect(report.ticks).toMatchObject({ periodMs: 50 });
      }
    });
  });

  test('rejects a certificate that is not trusted', async () => {
    await withServer(async ({ port }) => {
      const plan = parseBenchPlan(`https://localhost:${port}/`, SHORT);
      await expect(runBench(plan)).rejects.toThrow(/^the certificate is not trusted; .* \(\w+\)$/);
    });
  });

  test('rejects where the server speaks no TLS', async () => {
    const server = await startTestServer();
    const plan = parseBenchPlan(`https://127.0.0.1:${server.port}/`, SHORT);
    await expect(runBench(plan)).rejects.toThrow(/^no TLS there \(\w+\)$/);
    await server.stop();
  });

  test('trusts what NODE_EXTRA_CA_CERTS names, also with --clock', async () => {
    await withServer(async ({ port }, { cert }) => {
      const args = ['bench', `https://localhost:${port}/`, '--clients', '3', '--seconds', '0.3'];
      for (const kind of [[], ['--clock']]) {
        const trusting = { NODE_EXTRA_CA_CERTS: cert };
        const { code, stdout, stderr } = await runTickchat([...args, ...kind], tmpdir(), trusting);
        expect([code, stderr.match(/^tickchat: .*/m)]).toEqual([0, null]);
        expect(stdout).toMatch(/^clients +3 /);
      }
    });
  }, 30_000);
});
