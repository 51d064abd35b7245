import { beforeEach, describe, expect, it } from '@jest/globals';
import { CLOSE } from '../../../src/protocol/close-code.js';
import { clientFrame } from '../../../src/protocol/v1.js';
import { OPEN_ACCESS, type Verdict } from '../../../src/server/auth/access.js';
import { newSession } from '../../support/session.js';

/** A promise that the test settles. */
function deferred<Value>() {
  let settle: { resolve(value: Value): void; reject(error: Error): void } | undefined;
  const promise = new Promise<Value>((resolve, reject) => {
    settle = { resolve, reject };
  });
  if (settle === undefined) throw new Error('no promise');
  return { promise, ...settle };
}

/** Lets everything that needs no outside event run. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const JOIN = clientFrame('join', {});
const MESSAGE = clientFrame('msg', { id: 'x', text: 'early' });

describe('a v1 session that closes', () => {
  let session: Awaited<ReturnType<typeof newSession>>;

  beforeEach(async () => {
    session = await newSession('v1');
  });

  /** Closes by the server and by the client, and lets the session finish what it had begun. */
  async function close(finish: () => void = () => {}): Promise<void> {
    const { peer, ws, hub } = session;
    peer.close(CLOSE.goingAway);
    ws.emit('close', 1001);
    finish();
    await settled();
    expect(hub.counts()).toMatchObject({ v1: 0, joining: 0, rooms: 0 });
  }

  it('while it awaits join has no room to release', async () => {
    await close();
    session.send(JOIN);
    await settled();
    expect(session.hub.calls).toEqual([]);
    expect(session.verbs()).toEqual([]);
  });

  it('while its token is checked acquires no room afterwards', async () => {
    const verdict = deferred<Verdict>();
    const watched: unknown[] = [];
    const access = { check: () => verdict.promise, watch: () => watched.push('watch') };
    Object.assign(session.context, { access: { ...OPEN_ACCESS, ...access } });
    session.send(JOIN, MESSAGE);
    await close(() => verdict.resolve({ ok: true, grant: { rooms: [], write: true, until: 9 } }));
    expect(session.hub.calls).toEqual([]);
    expect(watched).toEqual([]);
    expect(await session.log.head('lobby')).toBe(2);
  });

  it('while its replay is planned releases the room once, and handles what was sent', async () => {
    const head = deferred<number>();
    Object.assign(session.log, { head: () => head.promise });
    session.send(JOIN, MESSAGE);
    await settled();
    expect(session.hub.calls).toEqual(['acquire']);
    await close(() => head.resolve(2));
    expect(session.hub.calls).toEqual(['acquire', 'release']);
    expect(session.verbs()).toEqual([]);
    expect((await session.log.read('lobby', 2, 9)).map(({ text }) => text)).toEqual(['early']);
  });

  it('while it gets the replay releases the room once', async () => {
    session.socket.stall();
    session.send(JOIN);
    await settled();
    expect(session.hub.calls).toEqual(['acquire']);
    expect(session.hub.counts()).toMatchObject({ v1: 0, joining: 1, rooms: 1 });
    await close(() => session.socket.read());
    expect(session.hub.calls).toEqual(['acquire', 'release']);
  });

  it('after it has joined leaves the room once', async () => {
    session.send(JOIN);
    await settled();
    expect(session.verbs()).toEqual(['hello', 'msg', 'msg']);
    expect(session.hub.calls).toEqual(['acquire', 'join']);
    await close();
    expect(session.hub.calls).toEqual(['acquire', 'join', 'leave']);
  });

  it('after it has joined handles delayed frames of its client, and answers none', async () => {
    session.send(JOIN);
    await settled();
    const before = session.verbs().length;
    session.ws.readyState = 3;
    session.send(MESSAGE);
    await close();
    expect(session.verbs()).toHaveLength(before);
    expect(await session.log.head('lobby')).toBe(3);
  });

  it('because history can not be read says why in log and counter, and releases the room', async () => {
    Object.assign(session.log, { head: () => Promise.reject(new Error('EIO: i/o error, read')) });
    session.send(JOIN);
    await settled();
    expect(session.ws.closes).toEqual([[1001, 'server is going away']]);
    expect(session.hub.calls).toEqual(['acquire', 'release']);
    expect(session.failures.counts.history).toBe(1);
    expect(session.lines).toEqual([
      ['history could not be read', { room: 'lobby', cause: 'EIO: i/o error, read' }],
    ]);
  });

  it('before history turns out to be unreadable reports nothing', async () => {
    const head = deferred<number>();
    Object.assign(session.log, { head: () => head.promise });
    session.send(JOIN);
    await settled();
    await close(() => head.reject(new Error('the log is closed')));
    expect(session.failures.counts.history).toBe(0);
    expect(session.hub.calls).toEqual(['acquire', 'release']);
  });

  it('because the log has dropped its next entry gets 4008, and releases the room', async () => {
    const read = session.log.read.bind(session.log);
    let reads = 0;
    // The first read plans the replay.
    const onlyOnce: typeof read = async (...range) => (reads++ === 0 ? read(...range) : []);
    Object.assign(session.log, { read: onlyOnce });
    session.send(JOIN);
    await settled();
    expect(session.ws.closes).toEqual([[4008, 'too slow: its queue is full']]);
    expect(session.hub.calls).toEqual(['acquire', 'release']);
    expect(session.failures.counts.history).toBe(0);
  });
});
