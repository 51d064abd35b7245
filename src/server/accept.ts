import type { Logger } from 'pino';
import { CLOSE } from '../protocol/close-code.js';
import type { V1Context } from './chat/context.js';
import { PlainSession } from './chat/plain-session.js';
import { V1Session } from './chat/v1-session.js';
import type { Config } from './config/options.js';
import type { Accepted, HandshakeRefusal, HandshakeRules } from './connection/handshake.js';
import type { Heartbeat } from './connection/heartbeat.js';
import { ConnectionLimiter } from './connection/limiter.js';
import { Peer } from './connection/peer.js';
import type { PeerContext } from './connection/peer-context.js';
import { sseEncoder } from './connection/sse-frame.js';
import { bytesTaken } from './connection/sse-transport.js';
import type { TransportName } from './connection/transport.js';
import { encodeWebSocket } from './connection/websocket-frame.js';
import { trustProxies } from './http/client-address.js';
import type { Readiness } from './ops/readiness.js';
import type { SampledLogger } from './ops/sampled-logger.js';
import { countEnd } from './ops/stats.js';

/** Dependencies of the acceptor. */
export interface AcceptorDeps {
  readonly config: Config;
  readonly context: V1Context;
  readonly heartbeat: Heartbeat;
  readonly readiness: Readiness;
  /** Logs refusals and closes. */
  readonly connectionLog: SampledLogger;
  readonly logger: Logger;
}

/**
 * Handshake rules shared by WebSocket and SSE. Each accepted connection becomes a Peer with a
 * session, registered with the hub and the heartbeat until it closes.
 */
export function createAcceptor(deps: AcceptorDeps): HandshakeRules {
  const { config, context, heartbeat, readiness, connectionLog, logger } = deps;
  const { access, stats } = context;
  const limiter = new ConnectionLimiter(config);
  const peerContexts = createPeerContexts(deps, limiter);
  const onAccepted = (accepted: Accepted): void => {
    const { transport, via, protocol, socket, room, address } = accepted;
    const peer = new Peer(transport, socket, address, peerContexts[via]);
    context.hub.connect(peer);
    heartbeat.schedule(peer);
    if (accepted.protocol === 'plain') {
      access.watch(peer, accepted.grant);
      peer.attach(new PlainSession(context, peer, room, accepted.grant));
    } else {
      peer.attach(new V1Session(context, peer, room, via === 'sse' ? 'sse' : 'v1'));
    }
    stats.accepted += 1;
    logger.debug({ address, protocol, transport: via, room }, 'client connected');
  };
  const onRefused = (address: string, { reason, status, why }: HandshakeRefusal): void => {
    stats.refused += 1;
    stats.refusals[reason] += 1;
    connectionLog.info(`refused: ${reason}`, { address, status, why });
  };
  return {
    maxMessage: config.maxMessage,
    origins: config.origin,
    limiter,
    access,
    remoteClientOf: trustProxies(config.trustProxy ?? []),
    draining: () => readiness.draining,
    onAccepted,
    onRefused,
  };
}

/** Settings and callbacks of peers, by transport. */
function createPeerContexts(
  { config, context, connectionLog, logger }: AcceptorDeps,
  limiter: ConnectionLimiter,
): Readonly<Record<TransportName, PeerContext<Peer>>> {
  const { hub, access, stats } = context;
  const websocket: PeerContext<Peer> = {
    limits: config,
    encode: encodeWebSocket,
    newestTick: () => hub.newestTick.websocket,
    activity: (socket) => socket.bytesRead,
    stats,
    onClosing: (peer, ending) => {
      hub.disconnect(peer);
      access.forget(peer);
      countEnd(stats, ending);
      const { code, by } = ending;
      // At shutdown every client gets 1001; don't log each one.
      if (by === 'client' || code === CLOSE.goingAway.code) return;
      connectionLog.info(`closed: ${code}`, { address: peer.address, code });
    },
    onClosed: (peer, code) => {
      hub.remove(peer);
      logger.debug({ address: peer.address, code }, 'client disconnected');
    },
    onFinished: (peer) => limiter.release(peer.address),
  };
  return {
    websocket,
    sse: {
      ...websocket,
      encode: (frames) => sseEncoder(hub.logEpoch)(frames),
      newestTick: () => hub.newestTick.sse,
      activity: bytesTaken,
    },
  };
}
