/** What happened since start. Plain counters: whoever notices something counts it. */
export interface Stats {
  /** Connections taken in. */
  accepted: number;
  /** Handshakes refused. */
  refused: number;
  /** Messages taken into the log. */
  messages: number;
  /** Frames of clients that could not be accepted: empty, or the log failed. */
  dropped: number;
}

/** All zero. */
export function newStats(): Stats {
  return { accepted: 0, refused: 0, messages: 0, dropped: 0 };
}
