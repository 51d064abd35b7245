import type { Answer, Dialect } from '../src/cli/bench/dialect.js';
import { V1_SUBPROTOCOL } from '../src/protocol/v1.js';

/** Length of the part of a bench message that is its id: run, sender, number and time. */
const ID_LENGTH = 30;
const HELLO = 'hello:';

/** Fields of `join` that a client keeps when it comes back. */
interface JoinFields {
  readonly ticks?: 'sparse';
}

/** The position of the room's newest message in the answer to `join`. */
interface Hello {
  readonly log: { readonly epoch: string; readonly seq: number };
}

/**
 * tickchat.v1: joins a room, and sends every message with an id, so that its copy is a receipt. A
 * client that comes back asks for what it has missed.
 */
function dialectWith(fields: JoinFields): Dialect {
  return {
    subprotocol: V1_SUBPROTOCOL,
    greeting: (client) => joinFrame({ ...fields, key: keyOf(client) }),
    target: (path, room) => `${path}?room=${encodeURIComponent(room)}`,
    wrap: (text) => `msg:{"id":"${text.slice(0, ID_LENGTH)}","text":"${text}"}`, // needs no escape
    tickPrefix: 'tick:',
    readyWhenOpen: false,
    onOther: (text, client): Answer => {
      if (!text.startsWith(HELLO)) return {};
      const { log }: Hello = JSON.parse(text.slice(HELLO.length));
      return { ready: true, resume: joinFrame({ ...fields, key: keyOf(client), after: log }) };
    },
  };
}

/** The key that keeps a client's id over connections. */
function keyOf(client: number): string {
  return `bench-key-${client}`;
}

function joinFrame(join: object): string {
  return `join:${JSON.stringify(join)}`;
}

export const v1Dialect = dialectWith({});

/** The same; the client counts ticks by its own clock and needs few of the server's. */
export const v1SparseDialect = dialectWith({ ticks: 'sparse' });
