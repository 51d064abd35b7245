import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TlsFiles } from '../../src/server/http/tls.js';

const run = promisify(execFile);

/**
 * Makes a self-signed certificate for localhost with a key of its own; what stands in the files
 * before is replaced.
 */
export async function makeCertificate(files: TlsFiles, name: string): Promise<void> {
  await openssl(
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes',
    `-keyout ${files.key} -out ${files.cert} -days 30 -subj /CN=${name}`,
    '-addext subjectAltName=DNS:localhost,IP:127.0.0.1',
  );
}

/** As {@link makeCertificate}, but it was good in January 2020 only. */
export async function makeExpiredCertificate({ cert, key }: TlsFiles): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tickchat-ca-'));
  const at = (name: string): string => join(folder, name);
  const config = `[ca]\ndefault_ca=c\n[c]\ndatabase=${at('index')}\nserial=${at('serial')}\npolicy=p\n[p]\ncommonName=supplied\n`;
  await Promise.all([writeFile(at('config'), config), writeFile(at('index'), '')]);
  await openssl(`req -new -key ${key} -subj /CN=old -out ${at('request')}`);
  // Of openssl's commands only this one lets a certificate end in the past.
  await openssl(
    `ca -batch -notext -selfsign -create_serial -md sha256 -outdir ${folder}`,
    `-startdate 20200101000000Z -enddate 20200131000000Z -config ${at('config')}`,
    `-keyfile ${key} -in ${at('request')} -out ${cert}`,
  );
  await rm(folder, { recursive: true });
}

/** Runs `body` with the paths of a new pair in a folder of its own, which is removed afterwards. */
export async function withCertificate(
  name: string,
  body: (files: TlsFiles) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tickchat-tls-'));
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  try {
    await makeCertificate(files, name);
    await body(files);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** No argument has a space in it. */
async function openssl(...parts: readonly string[]): Promise<void> {
  await run('openssl', parts.join(' ').split(' '));
}
