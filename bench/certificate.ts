import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from './temporary-directory.js';

/** A self-signed certificate and its key: paths of PEM files. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

let made: Certificate | undefined;

/** The certificate of this run, for 127.0.0.1 (ECDSA P-256); undefined without openssl. */
export function certificateOfRun(): Certificate | undefined {
  if (made !== undefined) return made;
  const directory = temporaryDirectory();
  const files = { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem') };
  const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30';
  const subject = '-subj /CN=bench -addext subjectAltName=IP:127.0.0.1';
  const output = `-keyout ${files.key} -out ${files.cert}`;
  try {
    execFileSync('openssl', `${request} ${subject} ${output}`.split(' '), { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  made = files;
  return made;
}

/** What clients trust in this run, PEM. */
export function trustedInRun(): string | undefined {
  const certificate = certificateOfRun();
  return certificate && readFileSync(certificate.cert, 'utf8');
}
