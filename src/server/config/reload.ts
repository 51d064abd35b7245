/** Content of a file that can be read again while the server runs. */
export interface Reloadable {
  /** Name in log lines, such as `the certificate`. */
  readonly name: string;
  /** Reads it again. Resolves with one line that names the problem if the old content is kept. */
  reload(): Promise<string | undefined>;
}

/** Result of a reload. */
export interface ReloadReport {
  /** Names of the files that were read again. */
  readonly reloaded: readonly string[];
  /** One line for each file whose old content is kept. */
  readonly errors: readonly string[];
}

/** Reads all of them again; a failure doesn't keep the others from being read. */
export async function reloadAll(reloadables: readonly Reloadable[]): Promise<ReloadReport> {
  const reloaded: string[] = [];
  const errors: string[] = [];
  for (const reloadable of reloadables) {
    const error = await reloadable.reload().catch(reasonOf);
    if (error === undefined) reloaded.push(reloadable.name);
    else errors.push(`${error}; ${reloadable.name} is kept`);
  }
  return { reloaded, errors };
}

/** An unexpected error is reported too: the server runs on with the old content. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
