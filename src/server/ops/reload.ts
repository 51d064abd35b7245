/** Something that was read from a file and can be read again while the server runs. */
export interface Reloadable {
  /** What people call it. */
  readonly name: string;
  /** Reads it again. One line that says what is wrong, if the old one has to stay in use. */
  reload(): Promise<string | undefined>;
}

/** What became of a reload. */
export interface ReloadReport {
  /** Names of what was read again. */
  readonly reloaded: readonly string[];
  /** One line each for what stays as it was. */
  readonly errors: readonly string[];
}

/** Reads all of them again, whatever becomes of the one before. */
export async function reloadAll(reloadables: readonly Reloadable[]): Promise<ReloadReport> {
  const reloaded: string[] = [];
  const errors: string[] = [];
  for (const reloadable of reloadables) {
    const error = await reloadable.reload().catch(reasonOf);
    if (error === undefined) reloaded.push(reloadable.name);
    else errors.push(`${error}; ${reloadable.name} stays as it was`);
  }
  return { reloaded, errors };
}

/** Of a failure that nobody foresaw: it must not end a server that runs well with what it has. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
