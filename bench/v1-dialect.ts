import type { Dialect } from '../src/cli/bench/dialect.js';
import { V1_SUBPROTOCOL } from '../src/protocol/v1.js';

/** Length of the part of a bench message that is its id: run, sender, number and time. */
const ID_LENGTH = 30;

/** tickchat.v1: joins a room, and sends every message with an id, so that its copy is a receipt. */
export const v1Dialect: Dialect = {
  subprotocol: V1_SUBPROTOCOL,
  greeting: 'join:{}',
  target: (path, room) => `${path}?room=${encodeURIComponent(room)}`,
  wrap: (text) => `msg:{"id":"${text.slice(0, ID_LENGTH)}","text":"${text}"}`, // needs no escape
  tickPrefix: 'tick:',
  readyWhenOpen: false,
  onOther: (text) => ({ ready: text.startsWith('hello:') }),
};
