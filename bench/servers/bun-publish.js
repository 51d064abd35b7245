/** Bun's `publish`, with rooms, and a tick a second; over TLS if asked for. Runs in Bun. */
/* global Bun */
const TICK_MS = 1000;
const EVERYBODY = '*';
const { TLS_CERT, TLS_KEY } = process.env;

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  tls: TLS_CERT && { cert: Bun.file(TLS_CERT), key: Bun.file(TLS_KEY) },
  fetch(request, upgrading) {
    const room = new URL(request.url).searchParams.get('room');
    return upgrading.upgrade(request, { data: { room } })
      ? undefined
      : new Response('no WebSocket', { status: 400 });
  },
  websocket: {
    open(ws) {
      ws.subscribe(ws.data.room);
      ws.subscribe(EVERYBODY);
    },
    message(ws, text) {
      server.publish(ws.data.room, text);
    },
  },
});

let n = 0;
setInterval(() => server.publish(EVERYBODY, `tick:${(n += 1)}`), TICK_MS);

console.log(`listening ${server.port}`);
