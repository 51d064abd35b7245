import { isRoomName, ROOM_NAME_RULE } from '../../protocol/room-name.js';
import { reportAppendFailure, RETRY_AFTER_MS, type AppendOutcome } from '../chat/append-failure.js';
import type { V1Context } from '../chat/context.js';
import { messageOf } from '../chat/frames.js';
import { largestV1Frame, refusal, sendRefusal, type Refusal } from '../connection/handshake.js';
import { respondJson } from '../http/respond.js';
import type { Appended } from '../log/log.js';
import { readBody, refusalOfBody } from './body.js';
import type { HttpAuthorizer } from './http-authorizer.js';
import { readMessageBody } from './message-body.js';
import { readEntries, readRange } from './read-messages.js';
import type { RequestContext, Handler, Route } from './routes.js';

/** Reasons of a 503. */
const UNAVAILABLE: Readonly<Record<AppendOutcome, string>> = {
  unavailable: 'message log unavailable',
  unknown: 'it is not known whether the message was kept: send it again with the same id',
};

const CONGESTED = 'too many messages wait for the disk: not kept';

/** Dependencies of the handlers. */
export interface MessagesApi {
  readonly context: V1Context;
  readonly authorizer: HttpAuthorizer;
}

/** `/api/rooms/ROOM/messages`: publishes a message, reads messages. */
export function messagesRoute(api: MessagesApi): Route {
  return {
    path: /^\/api\/rooms\/([^/]*)\/messages$/,
    methods: { GET: inRoom(api, getMessages), POST: inRoom(api, postMessage) },
  };
}

/** Responds itself, or resolves with the refusal to respond with. */
type RoomHandler = (
  api: MessagesApi,
  room: string,
  context: RequestContext,
) => Promise<Refusal | undefined>;

function inRoom(api: MessagesApi, handler: RoomHandler): Handler {
  return async (context) => {
    const { param: room, response } = context;
    const refused = isRoomName(room)
      ? await handler(api, room, context)
      : refusal(400, `bad room name: ${ROOM_NAME_RULE}`);
    if (refused !== undefined) sendRefusal(response, refused);
  };
}

async function getMessages(
  { context, authorizer }: MessagesApi,
  room: string,
  { request, response, address, query }: RequestContext,
): Promise<Refusal | undefined> {
  const principal = await authorizer.reader({ request, room, address });
  if (!principal.ok) return principal;
  const range = readRange(query);
  if (!range.ok) return range;
  const { log, logEpoch: epoch, limits } = context;
  try {
    const { head, entries } = await readEntries(log, room, range, limits.message);
    if (context.logEpoch !== epoch) throw new Error('another epoch of the log has begun');
    respondJson(response, 200, { epoch, seq: head, messages: entries.map(messageOf) });
    return undefined;
  } catch (error) {
    context.failures.report('history', error, { room });
    return unavailable('unavailable');
  }
}

async function postMessage(
  { context, authorizer }: MessagesApi,
  room: string,
  { request, response, address }: RequestContext,
): Promise<Refusal | undefined> {
  const principal = await authorizer.writer({ request, room, address });
  if (!principal.ok) return principal;
  const { log, limits, stats, failures } = context;
  const body = await readBody(request, largestV1Frame(limits.message));
  if (!body.ok) return refusalOfBody(body, `text takes up to ${limits.message} bytes of UTF-8`);
  const message = readMessageBody(request.headers, body.bytes, limits.message);
  if (!message.ok) return message;
  const { text, id, name } = message;
  if (log.congested) return { ...refusal(503, CONGESTED), retryAfterMs: RETRY_AFTER_MS };
  let appended: Appended;
  try {
    appended = await log.append({ room, from: principal.author(name), text, id });
  } catch (error) {
    return unavailable(reportAppendFailure(failures, error, room));
  }
  const { entry, duplicate } = appended;
  if (!duplicate) stats.messages += 1;
  respondJson(
    response,
    duplicate ? 200 : 201,
    { ...messageOf(entry), duplicate },
    {
      // Relative to the request (RFC 9110 §10.2.2): a proxy may have added a path before it.
      Location: `messages?after=${entry.seq - 1}&limit=1`,
    },
  );
  return undefined;
}

function unavailable(outcome: AppendOutcome): Refusal {
  return { ...refusal(503, UNAVAILABLE[outcome]), retryAfterMs: RETRY_AFTER_MS };
}
