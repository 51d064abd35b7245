import { serverFrame, type Hello, type Message } from '../../protocol/v1.js';
import type { OutboundFrame } from '../connection/transport.js';
import type { Entry } from '../log/log.js';

/** An entry as v1 clients and the HTTP API get it. */
export function messageOf({ seq, at, from, text, id }: Entry): Message {
  return { seq, at, from, text, id };
}

/** The `msg` frame of an entry. */
export function entryFrame(entry: Entry): OutboundFrame {
  const { verb, payload } = serverFrame('msg', messageOf(entry));
  return { verb, payload, seq: entry.seq };
}

/**
 * The `hello` frame. Its position is the one before the replay, so that a client that loses the
 * connection before the first message can resume too.
 */
export function helloFrame(hello: Hello): OutboundFrame {
  const { verb, payload } = serverFrame('hello', hello);
  return { verb, payload, seq: hello.log.seq - hello.replay };
}
