import { openSecrets } from './auth/secrets.js';
import { loadTlsPair, tlsFilesOf } from './http/tls.js';
import type { Config } from './config/options.js';

/** Results of a check, each in one line that names the option. */
export interface Findings {
  /** Problems with which the server would not start, or clients could not connect. */
  readonly errors: readonly string[];
  /** Problems that come later. */
  readonly warnings: readonly string[];
}

/** Remaining time of a certificate below which it gets a warning, ms: most renew 30 days before. */
const EXPIRY_WARNING_MS = 14 * 86_400_000;

/**
 * Checks the files and directories of a configuration. Leaves nothing behind.
 *
 * @param now ms since 1970
 */
export async function checkFiles(config: Config, now: number): Promise<Findings> {
  const findings = [
    await checkCertificate(config, now),
    await checkSecrets(config),
    await checkDataDirectory(config),
  ];
  return {
    errors: findings.flatMap(({ errors }) => errors),
    warnings: findings.flatMap(({ warnings }) => warnings),
  };
}

const NO_FINDINGS: Findings = { errors: [], warnings: [] };

async function checkCertificate(config: Config, now: number): Promise<Findings> {
  const files = tlsFilesOf(config);
  if (files === undefined) return NO_FINDINGS;
  const loaded = await loadTlsPair(files);
  if (!loaded.ok) return { ...NO_FINDINGS, errors: [loaded.error] };
  const { expiresAt } = loaded.pair;
  const origin = `--tls-cert ${files.cert}`;
  const date = new Date(expiresAt).toISOString();
  if (expiresAt <= now)
    return { ...NO_FINDINGS, errors: [`${origin}: expired on ${date}; renew it`] };
  if (expiresAt - now > EXPIRY_WARNING_MS) return NO_FINDINGS;
  return { ...NO_FINDINGS, warnings: [`${origin}: expires on ${date}`] };
}

async function checkSecrets(config: Config): Promise<Findings> {
  const opened = await Promise.allSettled([
    openSecrets({ ...config, publishTokenFile: undefined }),
    openSecrets({ ...config, authSecretFile: undefined }),
  ]);
  const failed = opened.filter((outcome) => outcome.status === 'rejected');
  return { ...NO_FINDINGS, errors: failed.map(({ reason }) => (reason as Error).message) };
}

async function checkDataDirectory({ dataDir }: Config): Promise<Findings> {
  if (dataDir === undefined) return NO_FINDINGS;
  const { directoryProblem } = await import('./log/lmdb/directory-check.js');
  const problem = directoryProblem(dataDir);
  if (problem === undefined) return NO_FINDINGS;
  return { ...NO_FINDINGS, errors: [`--data-dir ${dataDir}: ${problem}`] };
}
