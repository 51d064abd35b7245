/** A deadline that is running. */
export interface Deadline {
  cancel(): void;
}

/**
 * Calls `onMissed` after `ms`, unless it is cancelled before. When the process was blocked, Node
 * runs timers before it reads sockets: so what has arrived by then is read first, and may cancel.
 */
export function startDeadline(ms: number, onMissed: () => void): Deadline {
  let immediate: NodeJS.Immediate | undefined;
  // Immediates run after the poll phase that follows the timers.
  const timer = setTimeout(() => (immediate = setImmediate(onMissed)), ms);
  return {
    cancel() {
      clearTimeout(timer);
      clearImmediate(immediate);
    },
  };
}

/** Rejects with a line about `what` if `work` has not settled after `ms`. */
export async function within<T>(ms: number, work: Promise<T>, what: string): Promise<T> {
  let deadline: Deadline | undefined;
  const missed = new Promise<never>((_, reject) => {
    deadline = startDeadline(ms, () => reject(new Error(`${what}: no answer within ${ms} ms`)));
  });
  try {
    return await Promise.race([work, missed]);
  } finally {
    deadline?.cancel();
  }
}
