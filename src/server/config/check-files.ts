import { openSecrets } from '../auth/secrets.js';
import { loadTlsPair, tlsFilesOf } from '../ops/tls.js';
import type { Config } from './options.js';

/** What was found, each in one line that names the option. */
export interface Findings {
  /** With these the server would not start, or nobody could connect. */
  readonly errors: readonly string[];
  /** With these it works, for now. */
  readonly warnings: readonly string[];
}

/** A certificate that ends sooner is worth a word, ms: authorities renew 30 days before. */
const RENEW_MS = 14 * 86_400_000;

/**
 * Looks at the files and directories that a configuration names. Leaves nothing behind.
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

const FINE: Findings = { errors: [], warnings: [] };

async function checkCertificate(config: Config, now: number): Promise<Findings> {
  const files = tlsFilesOf(config);
  if (files === undefined) return FINE;
  const loaded = await loadTlsPair(files);
  if (!loaded.ok) return { ...FINE, errors: [loaded.error] };
  const { expiresAt } = loaded.pair;
  const place = `--tls-cert ${files.cert}`;
  const date = new Date(expiresAt).toISOString();
  if (expiresAt <= now) return { ...FINE, errors: [`${place}: expired on ${date}; renew it`] };
  if (expiresAt - now > RENEW_MS) return FINE;
  return { ...FINE, warnings: [`${place}: expires on ${date}`] };
}

async function checkSecrets(config: Config): Promise<Findings> {
  const opened = await Promise.allSettled([
    openSecrets({ ...config, publishTokenFile: undefined }),
    openSecrets({ ...config, authSecretFile: undefined }),
  ]);
  const failed = opened.filter((outcome) => outcome.status === 'rejected');
  return { ...FINE, errors: failed.map(({ reason }) => (reason as Error).message) };
}

async function checkDataDirectory({ dataDir }: Config): Promise<Findings> {
  if (dataDir === undefined) return FINE;
  const { directoryProblem } = await import('../log/directory-check.js');
  const problem = directoryProblem(dataDir);
  if (problem === undefined) return FINE;
  return { ...FINE, errors: [`--data-dir ${dataDir}: ${problem}`] };
}
