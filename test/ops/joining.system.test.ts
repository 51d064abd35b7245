import { describe, expect, it, jest } from '@jest/globals';
import { joinRestarting, joinStopped } from './joining.js';

jest.setTimeout(120_000);

/** `npm run ops` does the same with 1,000 clients, for a minute. */
describe('clients that join a server in trouble', () => {
  it('are all connected by WebSocket after it stood still for 6 s', async () => {
    expect(await joinStopped(200)).toMatchObject({ joined: 200, overSse: 0, stopped: 0 });
  });

  it('are all connected by WebSocket after it was killed again and again', async () => {
    expect(await joinRestarting(200, 3)).toMatchObject({ joined: 200, overSse: 0, stopped: 0 });
  });
});
