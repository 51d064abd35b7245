import { CLOSE } from '../../protocol/close-code.js';
import { readClientFrame, type ClientFrame } from '../../protocol/read-client-frame.js';
import {
  JOIN_WITHIN_MS,
  serverFrame,
  type Fail,
  type Join,
  type Rename,
  type Send,
} from '../../protocol/v1.js';
import { EXPIRED } from '../auth/expiry.js';
import { authorOf, mayWrite } from '../auth/grant.js';
import { DEFAULT_NAME, publicIdOfKey } from '../auth/identity.js';
import { startDeadline, within, type Deadline } from '../connection/deadline.js';
import type { Peer } from '../connection/peer.js';
import type { Session } from '../connection/session.js';
import type { Appended } from '../log/log.js';
import { reportAppendFailure, RETRY_AFTER_MS, type AppendOutcome } from './append-failure.js';
import type { V1Context } from './context.js';
import { entryFrame, helloFrame } from './frames.js';
import { planReplay, replay, type ReplayPlan } from './replay.js';
import { NO_TICK, type Room, type SubscriberKind } from './room.js';
import type { Member, V1State } from './v1-state.js';

/** Number of bad frames after which a client is closed (4000). */
const MAX_BAD_FRAMES = 10;

/** Frames before `hello` after which the client is read no further until it has joined. */
const MAX_EARLY = 256;

/** Time within which the log must answer a join, ms; the client is told to come again then. */
const HISTORY_WITHIN_MS = 5000;

/** Texts of `fail` frames for messages that could not be appended. */
const APPEND_FAILED: Readonly<Record<AppendOutcome, string>> = {
  unavailable: 'the message could not be kept',
  unknown: 'it is not known whether the message was kept',
};

/**
 * The session of a `tickchat.v1` client. The client joins a room and gets the messages it has
 * missed, then every message with its seq. Its own copy of a message is its receipt.
 */
export class V1Session implements Session {
  readonly #context: V1Context;
  readonly #peer: Peer;
  readonly #defaultRoom: string;
  readonly #kind: SubscriberKind;
  #state: V1State;
  #badFrames = 0;
  /** Settles when the join is over. */
  #joining: Promise<void> = Promise.resolve();

  constructor(context: V1Context, peer: Peer, defaultRoom: string, kind: SubscriberKind) {
    this.#context = context;
    this.#peer = peer;
    this.#defaultRoom = defaultRoom;
    this.#kind = kind;
    const deadline = startDeadline(JOIN_WITHIN_MS, () => peer.close(CLOSE.joinLate));
    this.#state = { name: 'awaiting', deadline };
  }

  onText(text: string, delayMs: number): void {
    const state = this.#state;
    if (state.name === 'closed') return;
    const receivedAt = this.#context.now() - delayMs;
    const frame = readClientFrame(text, this.#context.limits.message);
    if (frame.verb === 'fail') return this.#fail(frame.payload);
    switch (state.name) {
      case 'awaiting':
        return this.#handleFirst(frame, state.deadline);
      case 'authorizing':
      case 'planning':
        state.early.push({ frame, receivedAt });
        if (state.early.length === MAX_EARLY) this.#peer.pauseReading(this.#joining);
        return;
      default:
        this.#handle(state.member, frame, receivedAt);
    }
  }

  /** Releases the room, once in whatever state. */
  onClosing(): void {
    const state = this.#state;
    const { hub } = this.#context;
    switch (state.name) {
      case 'awaiting':
        state.deadline.cancel();
        this.#state = { name: 'closed' };
        return;
      case 'authorizing':
        this.#state = { name: 'closed' };
        return;
      case 'planning':
        this.#leave(state.member);
        hub.releaseRoom(state.room);
        for (const { frame, receivedAt } of state.early) {
          this.#handle(state.member, frame, receivedAt);
        }
        return;
      case 'replaying':
        this.#leave(state.member);
        return hub.releaseRoom(state.room);
      case 'joined':
        this.#leave(state.member);
        return hub.leave(state.room, this.#peer, state.member.author.id);
      case 'left':
      case 'closed':
    }
  }

  #leave(member: Member): void {
    this.#state = { name: 'left', member };
  }

  #handleFirst(frame: ClientFrame, deadline: Deadline): void {
    if (frame.verb !== 'join') return this.#fail({ code: 'bad_frame', text: 'join comes first' });
    deadline.cancel();
    this.#joining = this.#join(frame.payload).catch((error: unknown) =>
      this.#joinFailed(frame.payload, error),
    );
  }

  /**
   * Takes the session from `join` to membership: checks the token, sends hello and the replay, and
   * adds the peer to the room. Stops where it is when the peer closes: {@link onClosing} cleans up.
   * Rejects if the history can't be read.
   */
  async #join(join: Join): Promise<void> {
    const { access, hub, log, logEpoch, limits, replay: count } = this.#context;
    const { key, name = DEFAULT_NAME, room: roomName = this.#defaultRoom } = join;
    const authorizing: V1State = { name: 'authorizing', early: [] };
    this.#state = authorizing;
    const verdict = await access.check(join.token, roomName);
    if (this.#state !== authorizing) return;
    if (!verdict.ok) return this.#peer.close({ ...CLOSE.notAllowed, reason: verdict.why });
    const { grant } = verdict;
    access.watch(this.#peer, grant);
    const author = authorOf(grant, name, () => publicIdOfKey(key));
    const member: Member = { roomName, grant, author };
    const room = hub.acquireRoom(roomName);
    const planning: V1State = { name: 'planning', member, room, early: authorizing.early };
    this.#state = planning;
    const planned = planReplay(log, roomName, logEpoch, join.after, count);
    const plan = await within(HISTORY_WITHIN_MS, planned, 'the history');
    if (this.#state !== planning) return;
    this.#state = { name: 'replaying', member, room };
    this.#sendHello(member, room, plan);
    for (const { frame, receivedAt } of planning.early) this.#handle(member, frame, receivedAt);
    await replay(log, room, this.#peer, plan, limits.message, () => {
      this.#state = { name: 'joined', member, room };
      hub.join(room, this.#peer, this.#kindOf(join), author.id);
    });
  }

  /** SSE streams get every tick. */
  #kindOf({ ticks }: Join): SubscriberKind {
    return this.#kind === 'v1' && ticks === 'sparse' ? 'sparse' : this.#kind;
  }

  /** Closes with 1001, so that the client tries again later. A closing peer's failure is moot. */
  #joinFailed({ room = this.#defaultRoom }: Join, error: unknown): void {
    const { name } = this.#state;
    if (name === 'left' || name === 'closed') return;
    this.#context.failures.report('history', error, { room });
    this.#peer.close(CLOSE.goingAway);
  }

  #sendHello({ author, grant }: Member, room: Room, { head, after, recovered }: ReplayPlan): void {
    const { logEpoch, limits, server, tick, now } = this.#context;
    const hello = helloFrame({
      room: room.name,
      you: { ...author, write: mayWrite(grant) },
      tick: tick(),
      now: now(),
      log: { epoch: logEpoch, seq: head },
      recovered,
      replay: head - after,
      online: room.peopleWith(author.id),
      limits,
      server,
    });
    this.#peer.send(hello);
  }

  #handle(member: Member, frame: ClientFrame, receivedAt: number): void {
    switch (frame.verb) {
      case 'msg':
        return this.#append(member, frame.payload);
      case 'name':
        return this.#rename(member, frame.payload);
      case 'sync': {
        const { t0 } = frame.payload;
        const answer = { t0, t1: receivedAt, t2: this.#context.now() };
        return this.#peer.send(serverFrame('sync', answer));
      }
      default:
        this.#fail({ code: 'bad_frame', text: 'already joined' });
    }
  }

  #rename(member: Member, { name }: Rename): void {
    if (member.grant.name !== undefined) {
      return this.#fail({ code: 'forbidden', text: 'the name is that of the token' });
    }
    member.author = { ...member.author, name };
  }

  #append({ grant, roomName, author }: Member, { id, text }: Send): void {
    if (!mayWrite(grant)) {
      const reason = grant.write ? EXPIRED.reason : 'the token is for reading only';
      return this.#fail({ id, code: 'forbidden', text: reason });
    }
    const { log } = this.#context;
    const appended = log.append({ room: roomName, from: author, text, id });
    if (appended instanceof Promise) {
      appended.then(
        (result) => this.#appended(result),
        (error: unknown) => this.#appendFailed(roomName, id, error),
      );
    } else this.#appended(appended);
    if (log.congested) this.#peer.pauseReading(log.relieved());
  }

  /** Sends the receipt of a duplicate, after what is queued. A new entry's is its announcement. */
  #appended({ entry, duplicate }: Appended): void {
    if (!duplicate) {
      this.#context.stats.messages += 1;
      return;
    }
    if (this.#state.name === 'joined') this.#state.room.flush(NO_TICK);
    this.#peer.send(entryFrame(entry));
  }

  #appendFailed(room: string, id: string, error: unknown): void {
    const code = reportAppendFailure(this.#context.failures, error, room);
    const text = APPEND_FAILED[code];
    this.#peer.send(serverFrame('fail', { id, retryAfterMs: RETRY_AFTER_MS, code, text }));
  }

  /** Answers a frame that is not accepted. */
  #fail(fail: Fail): void {
    this.#peer.send(serverFrame('fail', fail));
    this.#context.stats.dropped += 1;
    if (fail.code === 'bad_frame') this.#badFrames += 1;
    if (this.#badFrames >= MAX_BAD_FRAMES) this.#peer.close(CLOSE.protocol);
  }
}
