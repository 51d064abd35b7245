import type { Phase } from './run.js';
import type { Snapshot } from './snapshot.js';

/** Output of the progress: standard error. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const CLEAR_LINE = '\r\u001b[K';

/** Shows the progress of a run: a changing line on a terminal, otherwise a line per second. */
export class Progress {
  readonly #output: ProgressOutput;
  #last: Snapshot | undefined;

  constructor(output: ProgressOutput) {
    this.#output = output;
  }

  show(phase: Phase, now: Snapshot): void {
    const text = `${phase}: ${this.#figures(phase, now)}`;
    this.#last = now;
    this.#output.write(this.#output.isTTY === true ? CLEAR_LINE + text : `${text}\n`);
  }

  /** Clears the changing line. */
  done(): void {
    if (this.#output.isTTY === true) this.#output.write(CLEAR_LINE);
  }

  #figures(phase: Phase, now: Snapshot): string {
    if (phase === 'connecting') return `${now.connected} connected`;
    const seconds = (now.at - (this.#last?.at ?? now.at)) / 1e6;
    const perSecond = seconds > 0 ? (now.delivered - (this.#last?.delivered ?? 0)) / seconds : 0;
    const closed = now.closed > 0 ? `, ${now.closed} closed` : '';
    return `${now.connected} connected, ${Math.round(perSecond)} deliveries/s${closed}`;
  }
}
