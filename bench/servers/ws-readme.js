/**
 * The "Server broadcast" of the README of ws, with rooms, and a tick a second; over TLS if asked
 * for.
 */
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { WebSocket, WebSocketServer } from 'ws';

const TICK_MS = 1000;
const rooms = new Map();
const { TLS_CERT, TLS_KEY } = process.env;
const server = TLS_CERT
  ? createHttpsServer({ cert: readFileSync(TLS_CERT), key: readFileSync(TLS_KEY) })
  : createHttpServer();
const wss = new WebSocketServer({ server });

wss.on('connection', function connection(ws, request) {
  const name = new URL(request.url, 'http://localhost').searchParams.get('room');
  const clients = rooms.get(name) ?? new Set();
  rooms.set(name, clients.add(ws));

  ws.on('error', () => {});
  ws.on('close', () => clients.delete(ws));

  ws.on('message', function message(data, isBinary) {
    clients.forEach(function each(client) {
      if (client.readyState === WebSocket.OPEN) {
        client.send(data, { binary: isBinary });
      }
    });
  });
});

let n = 0;
setInterval(() => {
  const tick = `tick:${(n += 1)}`;
  wss.clients.forEach((client) => {
    if (client.readyState === WebSocket.OPEN) client.send(tick);
  });
}, TICK_MS);

server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  console.log(`listening ${server.address().port}`);
});
