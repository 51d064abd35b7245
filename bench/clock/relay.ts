import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * `node relay.js PORT MEAN JITTER [SPIKES] [LONGER]`: relays connections to the server on `PORT`
 * and prints its own port. Each chunk is delayed by MEAN ± JITTER ms, evenly distributed, and
 * stays in order. A share SPIKES of the chunks takes 200 to 600 ms more, as over Wi-Fi; all that
 * goes to the server takes LONGER ms more. Replaces netem where the kernel has none.
 */
const [port = 0, meanMs = 0, jitterMs = 0, spikes = 0, longerMs = 0] = process.argv
  .slice(2)
  .map(Number);

const server = createServer({ noDelay: true }, (near) => {
  const far = connect({ port, host: '127.0.0.1', noDelay: true });
  delay(near, far, meanMs + longerMs);
  delay(far, near, meanMs);
}).listen(0, '127.0.0.1', () => {
  console.log((server.address() as AddressInfo).port);
});

function delay(from: Socket, to: Socket, aboutMs: number): void {
  let freeAt = 0;
  const waiting: Array<{ readonly at: number; readonly data: Buffer }> = [];
  const pass = (): void => {
    while ((waiting[0]?.at ?? Infinity) <= performance.now()) {
      const piece = waiting.shift();
      if (piece !== undefined) to.write(piece.data);
    }
  };
  from.on('data', (data: Buffer) => {
    const spikeMs = Math.random() < spikes ? 200 + 400 * Math.random() : 0;
    const takesMs = aboutMs + (2 * Math.random() - 1) * jitterMs + spikeMs;
    const wantedAt = performance.now() + takesMs;
    freeAt = Math.max(freeAt, wantedAt);
    waiting.push({ at: freeAt, data });
    // Timers have a resolution of 1 ms; a chunk that is due within it is sent now.
    setTimeout(pass, Math.ceil(freeAt - performance.now()) + 1);
  });
  from.on('error', () => {});
  from.on('close', () => to.destroy());
}
