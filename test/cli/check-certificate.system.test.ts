import { describe, expect, it } from '@jest/globals';
import { tmpdir } from 'node:os';
import { checkFiles } from '../../src/server/check.js';
import { flagSource, resolveConfig } from '../../src/server/config/resolve.js';
import { makeExpiredCertificate, withCertificate } from '../support/certificate.js';
import { runTickchat } from '../support/run-tickchat.js';

describe('the check of a certificate', () => {
  it('warns two weeks before it expires, and is an error afterwards', async () => {
    await withCertificate('one', async ({ cert: tlsCert, key: tlsKey }) => {
      const resolved = resolveConfig([flagSource({ tlsCert, tlsKey })]);
      if (!resolved.ok) throw new Error(resolved.error);
      const afterDays = (days: number) =>
        checkFiles(resolved.config, Date.now() + days * 86_400_000);
      expect(await afterDays(1)).toEqual({ errors: [], warnings: [] });
      expect(await afterDays(20)).toEqual({
        errors: [],
        warnings: [expect.stringContaining(`--tls-cert ${tlsCert}: expires on `)],
      });
      expect(await afterDays(31)).toEqual({
        errors: [expect.stringContaining(`--tls-cert ${tlsCert}: expired on `)],
        warnings: [],
      });
    });
  });

  it('makes tickchat check exit 2 once it has expired', async () => {
    await withCertificate('one', async (files) => {
      await makeExpiredCertificate(files);
      const { code, stderr } = await runTickchat(
        ['check', '--tls-cert', files.cert, '--tls-key', files.key],
        tmpdir(),
      );
      expect(code).toBe(2);
      expect(stderr).toMatch(/^tickchat: --tls-cert \S+: expired on 2020-01-31T.*; renew it\n$/);
    });
  });
});
