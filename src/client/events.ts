import type { Tick } from '../clock/tick-schedule.js';
import type { Message } from '../protocol/v1.js';
import type { Gap } from './cursor.js';
import type { ClientState } from './state.js';

/** A client's events, and what their listeners get. */
export interface ClientEvents {
  /** A tick has begun by the client's clock: each number once, ascending. */
  tick: Tick;
  /** A message in the room, own ones included: each once, in the order of the log. */
  message: Message;
  /** Number of people in the room. */
  online: number;
  state: ClientState;
  /** The server refused the last `rename`; `text` says why. The name is as before. */
  'rename-failed': { readonly text: string };
  /** Messages are missing before the next one. */
  gap: Gap;
}

/** Listeners by event. */
export class Events<Map extends object = ClientEvents> {
  readonly #listeners: { [Name in keyof Map]?: Set<(event: Map[Name]) => void> } = {};

  /** Calls `listener` for every later event; the result removes it. */
  on<Name extends keyof Map>(name: Name, listener: (event: Map[Name]) => void): () => void {
    const listeners = (this.#listeners[name] ??= new Set());
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Removes a listener. */
  off<Name extends keyof Map>(name: Name, listener: (event: Map[Name]) => void): void {
    this.#listeners[name]?.delete(listener);
  }

  /** Calls all listeners. An error that one throws is reported as uncaught. */
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
