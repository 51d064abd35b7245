/** What can be done with the page in any browser, whatever drives it. */
export interface Screen {
  /** Types `text` and presses Enter. */
  say(text: string): Promise<void>;
  /** Every message in the log, from the top, to the letter; what is on its way left out. */
  texts(): Promise<string[]>;
  /** Waits until there are `count` messages and returns them. */
  textsWhen(count: number): Promise<string[]>;
  /** Waits until the connection is in this state. */
  reaches(state: 'connected' | 'reconnecting' | 'stopped'): Promise<void>;
  reload(): Promise<void>;
  /** The value of a JavaScript expression in the page. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** Another tab of the same person. */
  tab(): Promise<Screen>;
}
