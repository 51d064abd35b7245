import { CLOSE } from '../protocol/close-code.js';
import { readClientFrame, type ClientFrame } from '../protocol/read-client-frame.js';
import {
  JOIN_WITHIN_MS,
  serverFrame,
  type Fail,
  type Hello,
  type Join,
  type Rename,
  type Send,
} from '../protocol/v1.js';
import type { Access } from './auth/access.js';
import { EXPIRED } from './auth/expiry.js';
import { authorOf, maySpeak, type Grant } from './auth/grant.js';
import { DEFAULT_NAME, publicId } from './identity.js';
import { OutcomeUnknown, type Appended, type Author } from './log/log.js';
import type { Peer, Session } from './peer.js';
import { planReplay, replay, type ReplayPlan } from './replay.js';
import { messageOf, type Dialect, type Room } from './room.js';
import type { Conversation } from './conversation.js';

/** What v1 sessions share. */
export interface V1Conversation extends Conversation {
  /** Random id of this life of the log. */
  readonly logEpoch: string;
  /** Messages of history for somebody who has none, or has a gap. */
  readonly replay: number;
  readonly limits: Hello['limits'];
  /** Name and version. */
  readonly server: string;
  /** The tick that is on, and its timeline. */
  readonly tick: () => Hello['tick'];
  /** Server time, ms. */
  readonly now: () => number;
}

/** A client may be wrong so often before it is closed. */
const MAX_BAD_FRAMES = 10;

/** When to try again after the log could not take a message, ms. */
const RETRY_AFTER_MS = 1000;

/**
 * A `tickchat.v1` client: joins a room, gets what it has missed and then everything, each message
 * with its seq; its own copy is its receipt.
 */
export class V1Session implements Session {
  readonly #conversation: V1Conversation;
  readonly #peer: Peer;
  readonly #defaultRoom: string;
  readonly #dialect: Dialect;
  readonly #joinTimer: NodeJS.Timeout;
  #joining = false;
  #grant: Grant | undefined;
  #author: Author | undefined;
  #room: Room | undefined;
  #inRoom = false;
  /** What came between `join` and `hello`, to be handled after that. */
  #early: Array<() => void> | undefined = [];
  #badFrames = 0;

  constructor(
    conversation: V1Conversation,
    peer: Peer,
    defaultRoom: string,
    dialect: Dialect = 'v1',
  ) {
    this.#dialect = dialect;
    this.#conversation = conversation;
    this.#peer = peer;
    this.#defaultRoom = defaultRoom;
    this.#joinTimer = setTimeout(() => peer.close(CLOSE.protocol), JOIN_WITHIN_MS);
  }

  onText(text: string, heldMs: number): void {
    const receivedAt = this.#conversation.now() - heldMs;
    const frame = readClientFrame(text, this.#conversation.limits.message);
    if (frame.verb === 'fail') this.#fail(frame.payload);
    else if (!this.#joining) this.#first(frame);
    else if (this.#early !== undefined) this.#early.push(() => this.#handle(frame, receivedAt));
    else this.#handle(frame, receivedAt);
  }

  onClosing(): void {
    clearTimeout(this.#joinTimer);
    if (this.#room !== undefined && this.#inRoom) {
      this.#conversation.hub.leave(this.#room, this.#peer);
    }
  }

  #first(frame: ClientFrame): void {
    if (frame.verb !== 'join') return this.#fail({ code: 'bad_frame', text: 'join comes first' });
    clearTimeout(this.#joinTimer);
    this.#joining = true;
    const { access } = this.#conversation;
    if (access === undefined) this.#begin(frame.payload);
    else void this.#admit(access, frame.payload);
  }

  /** Lets in whose token is good for the room, until it ends; closes the others. */
  async #admit(access: Access, join: Join): Promise<void> {
    const verdict = await access.check(join.token, join.room ?? this.#defaultRoom);
    if (!this.#peer.open) return;
    if (!verdict.ok) return this.#peer.close({ ...CLOSE.notAllowed, reason: verdict.why });
    this.#grant = verdict.grant;
    access.watch(this.#peer, verdict.grant);
    this.#begin(join);
  }

  #begin(join: Join): void {
    const { key, name = DEFAULT_NAME, room = this.#defaultRoom } = join;
    this.#author = this.#grant ? authorOf(this.#grant, name) : { id: publicId(key), name };
    this.#room = this.#conversation.hub.expect(room);
    void this.#enter(this.#room, join);
  }

  /** Sends hello and the replay, and puts the peer into the room. Never rejects. */
  async #enter(room: Room, join: Join): Promise<void> {
    const { hub, log, logEpoch, limits, replay: count } = this.#conversation;
    const arrive = (): void => {
      this.#inRoom = true;
      hub.arrive(room, this.#peer, this.#dialect);
    };
    try {
      const plan = await planReplay(log, room.name, logEpoch, join.after, count);
      this.#sendHello(room, plan);
      await replay(log, room, this.#peer, plan, limits.message, arrive);
    } catch {
      this.#peer.close(CLOSE.goingAway); // the log can't be read: try again later
    }
    if (!this.#inRoom) hub.giveUp(room);
  }

  #sendHello(room: Room, { head, after, recovered }: ReplayPlan): void {
    const { logEpoch, limits, server, tick, now } = this.#conversation;
    if (this.#author === undefined) return;
    const hello: Hello = {
      room: room.name,
      you: this.#author,
      tick: tick(),
      now: now(),
      log: { epoch: logEpoch, seq: head },
      recovered,
      replay: head - after,
      online: room.size + 1,
      limits,
      server,
    };
    this.#peer.send(serverFrame('hello', hello));
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const handle of early) handle();
  }

  #handle(frame: ClientFrame, receivedAt: number): void {
    switch (frame.verb) {
      case 'msg':
        return this.#submit(frame.payload);
      case 'name':
        return this.#rename(frame.payload);
      case 'sync':
        return this.#peer.send(
          serverFrame('sync', {
            t0: frame.payload.t0,
            t1: receivedAt,
            t2: this.#conversation.now(),
          }),
        );
      default:
        this.#fail({ code: 'bad_frame', text: 'already joined' });
    }
  }

  #rename({ name }: Rename): void {
    if (this.#grant?.name !== undefined) {
      this.#fail({ code: 'forbidden', text: 'the name is that of the token' });
    } else if (this.#author !== undefined) {
      this.#author = { ...this.#author, name };
    }
  }

  #submit({ id, text }: Send): void {
    if (this.#author === undefined || this.#room === undefined) return;
    if (this.#grant !== undefined && !maySpeak(this.#grant)) {
      const reason = this.#grant.write ? EXPIRED.reason : 'the token is for reading only';
      return this.#fail({ id, code: 'forbidden', text: reason });
    }
    const draft = { room: this.#room.name, from: this.#author, text, id };
    this.#conversation.log.append(draft).then(
      (appended) => this.#receipt(appended),
      (error: unknown) => this.#refuse(id, error),
    );
  }

  /** A new entry comes back with everybody's copy; an old one was announced long ago. */
  #receipt({ entry, duplicate }: Appended): void {
    if (duplicate) this.#peer.send(serverFrame('msg', messageOf(entry)));
    else this.#conversation.stats.messages += 1;
  }

  #refuse(id: string, error: unknown): void {
    this.#conversation.stats.dropped += 1;
    this.#peer.send(serverFrame('fail', { id, retryAfterMs: RETRY_AFTER_MS, ...why(error) }));
  }

  #fail(fail: Fail): void {
    this.#peer.send(serverFrame('fail', fail));
    this.#conversation.stats.dropped += 1;
    if (fail.code === 'bad_frame') this.#badFrames += 1;
    if (this.#badFrames >= MAX_BAD_FRAMES) this.#peer.close(CLOSE.protocol);
  }
}

function why(error: unknown): Pick<Fail, 'code' | 'text'> {
  return error instanceof OutcomeUnknown
    ? { code: 'unknown', text: 'it is not known whether the message was kept' }
    : { code: 'unavailable', text: 'the message could not be kept' };
}
