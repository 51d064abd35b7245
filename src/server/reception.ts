import type { Logger } from 'pino';
import { CLOSE } from '../protocol/close-code.js';
import { AdmissionDesk } from './admission.js';
import { senderReader } from './client-address.js';
import type { Config } from './config/options.js';
import { eventFrames } from './event-frames.js';
import { bytesTaken } from './event-wire.js';
import type { Heartbeat } from './heartbeat.js';
import type { EventLog } from './ops/event-log.js';
import type { Readiness } from './ops/readiness.js';
import { Peer, type PeerOwner } from './peer.js';
import { PlainSession } from './plain-session.js';
import { countEnd } from './stats.js';
import { V1Session, type V1Conversation } from './v1-session.js';
import { textFrames } from './websocket-frame.js';
import type { Accepted, GateOptions, Refusal } from './websocket.js';

/** What newcomers are brought together with. */
export interface ReceptionParts {
  readonly config: Config;
  readonly conversation: V1Conversation;
  readonly heartbeat: Heartbeat;
  readonly readiness: Readiness;
  /** Where refusals and closes are told. */
  readonly events: EventLog;
  readonly logger: Logger;
}

/**
 * The rules that all gates let connections in by, and what becomes of a connection: a peer with a
 * session, known to the hub and to the heartbeat until it is gone.
 */
export function createReception(parts: ReceptionParts): GateOptions {
  const { config, conversation, heartbeat, readiness, events, logger } = parts;
  const { access, stats } = conversation;
  const desk = new AdmissionDesk(config);
  const owners = peerOwners(parts, desk);
  const onAccepted = ({ ws, socket, room, dialect, address, grant }: Accepted): void => {
    const peer = new Peer(ws, socket, address, owners[dialect === 'events' ? 'events' : 'frames']);
    conversation.hub.connect(peer);
    heartbeat.add(peer);
    if (grant !== undefined) access?.watch(peer, grant);
    peer.begin(
      dialect === 'plain'
        ? new PlainSession(conversation, peer, room, grant)
        : new V1Session(conversation, peer, room, dialect),
    );
    stats.accepted += 1;
    logger.debug({ address, dialect, room }, 'client joined');
  };
  const onRefused = (address: string, { reason, status, why }: Refusal): void => {
    stats.refused += 1;
    stats.refusals[reason] += 1;
    events.tell(`refused: ${reason}`, { address, status, why });
  };
  return {
    maxMessage: config.maxMessage,
    origins: config.origin,
    desk,
    access,
    senderOf: senderReader(config.trustProxy ?? []),
    draining: () => readiness.draining,
    onAccepted,
    onRefused,
  };
}

/** The owners of peers that get WebSocket frames, and of those that get events. */
function peerOwners(
  { config, conversation, heartbeat, events, logger }: ReceptionParts,
  desk: AdmissionDesk,
): Readonly<Record<'frames' | 'events', PeerOwner>> {
  const { hub, access, stats, logEpoch } = conversation;
  const frames: PeerOwner = {
    limits: config,
    encode: textFrames,
    newestTick: () => hub.newestTick.webSocket,
    lifeSign: (socket) => socket.bytesRead,
    stats,
    onClosing: (peer, ending) => {
      hub.disconnect(peer);
      access?.forget(peer);
      countEnd(stats, ending);
      const { code, by } = ending;
      if (by === 'client' || code === CLOSE.goingAway.code) return; // or everybody, at a stop
      events.tell(`closed: ${code}`, { address: peer.address, code });
    },
    onGone: (peer, code) => {
      heartbeat.remove(peer);
      logger.debug({ address: peer.address, code }, 'client left');
    },
    onDone: (peer) => desk.release(peer.address),
  };
  return {
    frames,
    events: {
      ...frames,
      encode: eventFrames(logEpoch),
      newestTick: () => hub.newestTick.events,
      lifeSign: bytesTaken,
    },
  };
}
