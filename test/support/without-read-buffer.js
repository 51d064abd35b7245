/**
 * Preloaded into a server: takes from Node's sockets what they need to read into a given buffer, as
 * on a Node that has it no more.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';

const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
// oxlint-disable-next-line no-underscore-dangle -- Node's name
let prototype = Object.getPrototypeOf(server._handle);
while (!Object.hasOwn(prototype, 'useUserBuffer')) prototype = Object.getPrototypeOf(prototype);
delete prototype.useUserBuffer;
server.close();
