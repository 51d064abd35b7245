import type { Answer, Dialect } from '../src/cli/bench/dialect.js';

/** Packet types of Engine.IO 4 and, after a 4, of Socket.IO 5. */
const OPEN = '0';
const PING = '2';
const PONG = '3';
const CONNECT = '40';

/** The subset of Socket.IO over WebSocket that `io.emit` and the load generator need. */
export const socketIoDialect: Dialect = {
  target: (_, room) => `/socket.io/?EIO=4&transport=websocket&room=${encodeURIComponent(room)}`,
  wrap: (text) => `42["msg","${text}"]`, // texts of the load generator need no escape
  tickPrefix: '42["tick",',
  readyWhenOpen: false,
  onOther(text): Answer {
    if (text.startsWith(OPEN)) return { reply: CONNECT };
    if (text === PING) return { reply: PONG };
    return { ready: text.startsWith(CONNECT) };
  },
};
