import { isRoomName, ROOM_NAME_RULE } from '../../protocol/room-name.js';
import { OutcomeUnknown, type Appended } from '../log/log.js';
import { respondJson } from '../respond.js';
import { messageOf } from '../room.js';
import type { V1Conversation } from '../v1-session.js';
import { readBody } from './body.js';
import type { Callers } from './callers.js';
import { largestBody, readMessageBody } from './message-body.js';
import { readEntries, readRange } from './read-messages.js';
import { refusal, refuse, type Refusal } from './refusal.js';
import type { Call, Handler, Route } from './routes.js';

/** When to try again after the log could not be had, ms. */
const RETRY_AFTER_MS = 1000;

/** What the messages' handlers need. */
export interface MessagesApi {
  readonly conversation: V1Conversation;
  readonly callers: Callers;
}

/** `/api/rooms/ROOM/messages`: says something there, reads what was said. */
export function messagesRoute(api: MessagesApi): Route {
  return {
    path: /^\/api\/rooms\/([^/]*)\/messages$/,
    methods: { GET: inRoom(api, getMessages), POST: inRoom(api, postMessage) },
  };
}

/** Answers by itself, or gives a refusal to be answered with. */
type RoomHandler = (api: MessagesApi, room: string, call: Call) => Promise<Refusal | undefined>;

function inRoom(api: MessagesApi, handler: RoomHandler): Handler {
  return async (call) => {
    const { name: room, response } = call;
    const refused = isRoomName(room)
      ? await handler(api, room, call)
      : refusal(400, `bad room name: ${ROOM_NAME_RULE}`);
    if (refused !== undefined) refuse(response, refused);
  };
}

async function getMessages(
  { conversation, callers }: MessagesApi,
  room: string,
  { request, response, address, query }: Call,
): Promise<Refusal | undefined> {
  const caller = await callers.reader({ request, room, address });
  if (!caller.ok) return caller;
  const range = readRange(query);
  if (!range.ok) return range;
  const { log, logEpoch: epoch, limits } = conversation;
  try {
    const { head, entries } = await readEntries(log, room, range, limits.message);
    respondJson(response, 200, { epoch, seq: head, messages: entries.map(messageOf) });
    return undefined;
  } catch (error) {
    return unavailable(error);
  }
}

async function postMessage(
  { conversation, callers }: MessagesApi,
  room: string,
  { request, response, address }: Call,
): Promise<Refusal | undefined> {
  const caller = await callers.writer({ request, room, address });
  if (!caller.ok) return caller;
  const { log, limits, stats } = conversation;
  const body = await readBody(request, largestBody(limits.message));
  if (!body.ok) {
    if (body.why === 'gone') return undefined; // nobody is there to be answered
    return refusal(413, `text takes up to ${limits.message} bytes of UTF-8`);
  }
  const spoken = readMessageBody(request.headers, body.bytes, limits.message);
  if (!spoken.ok) return spoken;
  const { text, id, name } = spoken;
  let appended: Appended;
  try {
    appended = await log.append({ room, from: caller.author(name), text, id });
  } catch (error) {
    stats.dropped += 1;
    return unavailable(error);
  }
  const { entry, duplicate } = appended;
  if (!duplicate) stats.messages += 1;
  respondJson(
    response,
    duplicate ? 200 : 201,
    { ...messageOf(entry), duplicate },
    {
      Location: `/api/rooms/${room}/messages?after=${entry.seq - 1}&limit=1`,
    },
  );
  return undefined;
}

function unavailable(error: unknown): Refusal {
  const why =
    error instanceof OutcomeUnknown
      ? 'it is not known whether the message was kept: send it again with the same id'
      : 'the messages of the room can not be had at the moment';
  return { ...refusal(503, why), retryAfterMs: RETRY_AFTER_MS };
}
