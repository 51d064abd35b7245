import type { Api } from '../http.js';
import type { PublishTokens } from '../auth/publish-tokens.js';
import type { V1Conversation } from '../v1-session.js';
import { AddressRate } from './address-rate.js';
import { Callers } from './callers.js';
import { messagesRoute } from './messages.js';
import { routeRequests, type RouteSettings } from './routes.js';

/** What the API is made of. */
export interface ApiParts extends RouteSettings {
  readonly conversation: V1Conversation;
  readonly publishTokens: PublishTokens | undefined;
}

/** Everything under `/api/`. */
export function createApi({ conversation, publishTokens, ...settings }: ApiParts): Api {
  const { access, limits } = conversation;
  const callers = new Callers({ access, publishTokens, rate: new AddressRate(limits) });
  return routeRequests([messagesRoute({ conversation, callers })], settings);
}
