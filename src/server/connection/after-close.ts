import type { Socket } from 'node:net';

/** Bytes that are read, for the client's close frame, after the server has closed. */
const MOST_AFTER_CLOSE = 256 * 1024;

/** Cuts the connection of a client that goes on sending after the server has closed it. */
export function cutIfItGoesOn(socket: Socket): void {
  const most = socket.bytesRead + MOST_AFTER_CLOSE;
  socket.on('data', () => {
    if (socket.bytesRead > most) socket.destroy();
  });
}
