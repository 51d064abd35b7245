/** The meaning of a connection: handles what its client sends. */
export interface Session {
  /** Handles a text message that was read `delayMs` ago: 0 unless its sender is over its rate. */
  onText(text: string, delayMs: number): void;
  /**
   * The peer takes no more frames. Called once. Delayed texts of a client that left still follow.
   */
  onClosing(): void;
}
