import { OPEN_ACCESS } from '../../src/server/auth/access.js';
import { OPEN_GRANT } from '../../src/server/auth/grant.js';
import type { V1Context } from '../../src/server/chat/context.js';
import { Hub } from '../../src/server/chat/hub.js';
import { PlainSession } from '../../src/server/chat/plain-session.js';
import type { Room } from '../../src/server/chat/room.js';
import { V1Session } from '../../src/server/chat/v1-session.js';
import { Peer } from '../../src/server/connection/peer.js';
import type { Protocol } from '../../src/server/connection/transport.js';
import { encodeWebSocket } from '../../src/server/connection/websocket-frame.js';
import { MemoryLog } from '../../src/server/log/memory.js';
import { Failures } from '../../src/server/ops/failures.js';
import { newStats } from '../../src/server/ops/stats.js';
import { draft } from './drafts.js';
import { fakeConnection } from './fake-connection.js';
import { readFrames } from './raw-frames.js';

/** A hub that records how rooms are acquired and released. */
class RecordingHub extends Hub {
  readonly calls: string[] = [];

  override acquireRoom(name: string): Room {
    this.calls.push('acquire');
    return super.acquireRoom(name);
  }

  override releaseRoom(room: Room): void {
    this.calls.push('release');
    super.releaseRoom(room);
  }

  override join(...joined: Parameters<Hub['join']>): void {
    this.calls.push('join');
    super.join(...joined);
  }

  override leave(room: Room, peer: Peer): void {
    this.calls.push('leave');
    super.leave(room, peer);
  }
}

/** A peer with a session over a memory log that holds two messages; the connection is fake. */
export async function newSession(protocol: Protocol) {
  const hub = new RecordingHub('epoch');
  const log = new MemoryLog({ historyPerRoom: 100, now: () => 5 });
  await log.open((entry) => hub.announce(entry));
  for (const text of ['one', 'two']) await log.append(draft(text));
  const stats = newStats();
  const lines: unknown[] = [];
  const failures = new Failures({ error: (kind, fields) => lines.push([kind, fields]) });
  const context: V1Context = {
    hub,
    log,
    stats,
    failures,
    access: OPEN_ACCESS,
    logEpoch: 'epoch',
    replay: 50,
    limits: { message: 100, rate: 0, burst: 1 },
    server: 'tickchat/0',
    tick: () => ({ n: 1, epoch: 0, period: 1000 }),
    now: () => 5,
  };
  const { ws, socket, asWebSocket, asSocket } = fakeConnection();
  const peer = new Peer(asWebSocket, asSocket, '192.0.2.1', {
    limits: { rate: 0, burst: 1, maxQueue: 100_000 },
    encode: encodeWebSocket,
    newestTick: () => hub.newestTick.websocket,
    activity: () => 0,
    stats,
    onClosing: (closing) => hub.disconnect(closing),
    onClosed: (closed) => hub.remove(closed),
    onFinished: () => {},
  });
  hub.connect(peer);
  peer.attach(
    protocol === 'v1'
      ? new V1Session(context, peer, 'lobby', 'v1')
      : new PlainSession(context, peer, 'lobby', OPEN_GRANT),
  );
  const send = (...frames: string[]): void => {
    for (const frame of frames) ws.emit('message', Buffer.from(frame), false);
  };
  const verbs = () =>
    readFrames(Buffer.concat(socket.received)).frames.map(
      ({ payload }) => String(payload).split(':')[0],
    );
  return { hub, log, context, stats, failures, lines, peer, ws, socket, send, verbs };
}
