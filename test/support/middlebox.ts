import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A box between clients and a server that lets no WebSocket through: it swallows the handshake. */
export class Middlebox {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** WebSocket handshakes that were swallowed. */
  swallowed = 0;
  /** Whether WebSockets are let through after all. */
  open = false;

  /** @param target the server's port, asked for each connection */
  constructor(target: () => number) {
    this.#server = createServer((near) => {
      this.#keep(near);
      near.once('data', (head: Buffer) => {
        if (!this.open && /^GET \/ws\b/.test(String(head))) {
          this.swallowed += 1;
          return;
        }
        const far = connect(target(), '127.0.0.1');
        this.#keep(far);
        far.write(head);
        near.pipe(far).pipe(near);
        near.once('close', () => far.destroy());
        far.once('close', () => near.destroy());
      });
    });
  }

  /** Listens on a free port of the loopback interface, and returns that. */
  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.#server.close();
    this.cut();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}); // resets are part of the game
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
