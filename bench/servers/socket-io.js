/** Socket.IO's `io.emit`, WebSocket transport only, with rooms, and a tick a second. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const TICK_MS = 1000;
const oneRoom = process.env.ROOMS === '1';
const http = createServer();
const io = new Server(http, { transports: ['websocket'] });

io.on('connection', (socket) => {
  const { room } = socket.handshake.query;
  if (!oneRoom) void socket.join(room);
  socket.on('msg', (text) => {
    if (oneRoom) io.emit('msg', text);
    else io.to(room).emit('msg', text);
  });
});

let n = 0;
setInterval(() => io.emit('tick', (n += 1)), TICK_MS);

http.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  console.log(`listening ${http.address().port}`);
});
