import type { Api } from '../http.js';
import type { PublishTokens } from '../auth/publish-tokens.js';
import type { V1Conversation } from '../v1-session.js';
import type { GateOptions } from '../websocket.js';
import { AddressRate } from './address-rate.js';
import { Callers } from './callers.js';
import { EventGate } from './event-gate.js';
import { roomEventsRoute } from './events.js';
import { messagesRoute } from './messages.js';
import { routeRequests } from './routes.js';
import { Sessions } from './sessions.js';

/** What the API is made of. */
export interface ApiParts {
  readonly conversation: V1Conversation;
  readonly publishTokens: PublishTokens | undefined;
  /** The rules for whoever stays connected: those of WebSockets. */
  readonly gate: GateOptions;
}

/** Everything under `/api/`. */
export function createApi({ conversation, publishTokens, gate }: ApiParts): Api {
  const { access, limits } = conversation;
  const callers = new Callers({ access, publishTokens, rate: new AddressRate(limits) });
  const events = new EventGate(gate);
  const routes = [
    messagesRoute({ conversation, callers }),
    roomEventsRoute(events),
    ...new Sessions(events).routes,
  ];
  return routeRequests(routes, gate);
}
