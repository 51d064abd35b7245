import type { Tick } from '../clock/tick-schedule.js';
import type { Message } from '../protocol/v1.js';
import type { Gap } from './place.js';
import type { ClientState } from './state.js';

/** What a client tells its listeners. */
export interface ClientEvents {
  /** A tick has begun by the client's clock: each number once, going up. */
  tick: Tick;
  /** A message in the room, one's own included: each once, in the order of the room. */
  message: Message;
  /** How many are in the room. */
  online: number;
  state: ClientState;
  /** The server did not take the last `rename`; `text` says why, and the name is as before. */
  refused: { readonly text: string };
  /** Messages are missing before the next one. */
  gap: Gap;
}

/** Listeners by event. */
export class Events<Map extends object = ClientEvents> {
  readonly #listeners: { [Name in keyof Map]?: Set<(event: Map[Name]) => void> } = {};

  /** Calls `listener` from the next such event on; the result ends that. */
  on<Name extends keyof Map>(name: Name, listener: (event: Map[Name]) => void): () => void {
    const listeners = (this.#listeners[name] ??= new Set());
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Calls the listeners. What one of them throws is reported as uncaught; the others are called. */
  emit<Name extends keyof Map>(name: Name, event: Map[Name]): void {
    for (const listener of this.#listeners[name] ?? []) {
      try {
        listener(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
