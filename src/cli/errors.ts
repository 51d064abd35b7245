/** An invalid value or combination on the command line: exit status 2. The message is one line. */
export class UsageError extends Error {}

/** A valid command that could not be carried out: exit status 1. The message is one line. */
export class CommandError extends Error {}

/** Errors whose message already tells a user what is wrong. */
export function isExplained(error: unknown): error is UsageError | CommandError {
  return error instanceof UsageError || error instanceof CommandError;
}

/**
 * Runs one step of a command. An error that is not explained yet becomes a CommandError that names
 * the step: `could not create the logger: CAUSE`.
 *
 * @param step a verb and its object: `create the logger`
 */
export async function attempt<T>(step: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isExplained(error) ? error : failedStep(step, error);
  }
}

/** The error of a step that failed with `cause`. */
export function failedStep(step: string, cause: unknown): CommandError {
  return new CommandError(`could not ${step}: ${messageOf(cause)}`, { cause });
}

/** The message of anything that was thrown, in one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  const lines = text.split(/[\r\n]+/).map((line) => line.trim());
  return lines.filter((line) => line !== '').join(' ');
}
