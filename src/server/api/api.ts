import type { Api } from '../http/server.js';
import type { PublishTokens } from '../auth/publish-tokens.js';
import type { V1Context } from '../chat/context.js';
import type { HandshakeRules } from '../connection/handshake.js';
import type { PageAddresses } from '../http/page-addresses.js';
import { addressesRoute } from './addresses.js';
import { RateLimiter } from './rate-limiter.js';
import { HttpAuthorizer } from './http-authorizer.js';
import { SseHandler } from './sse-handler.js';
import { messagesRoute } from './messages.js';
import { routeRequests } from './routes.js';
import { roomEventsRoute, SseSessions } from './sse.js';

/** Dependencies of the API. */
export interface ApiParts {
  readonly context: V1Context;
  readonly publishTokens: PublishTokens;
  readonly addresses: () => Promise<PageAddresses>;
  /** Rules for SSE connections: the same as for WebSockets. */
  readonly handshake: HandshakeRules;
}

/** Creates the handler of all requests under `/api/`. */
export function createApi({ context, publishTokens, addresses, handshake }: ApiParts): Api {
  const { access, limits } = context;
  const authorizer = new HttpAuthorizer({ access, publishTokens, rate: new RateLimiter(limits) });
  const sse = new SseHandler(handshake);
  const routes = [
    messagesRoute({ context, authorizer }),
    roomEventsRoute(sse),
    addressesRoute(addresses),
    ...new SseSessions(sse).routes,
  ];
  return routeRequests(routes, handshake);
}
