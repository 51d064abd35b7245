import { hostNameIn, isLoopback } from '../http/host.js';
import type { PageAddresses } from '../http/page-addresses.js';
import { respondJson } from '../http/respond.js';
import type { Route } from './routes.js';

/**
 * `GET /api/addresses`: `{"network": [URL]}`, the addresses of the page for other machines. A page
 * that was opened as `localhost` gives them to others. Only clients on this machine are told.
 */
export function addressesRoute(addresses: () => Promise<PageAddresses>): Route {
  return {
    path: /^\/api\/(addresses)$/,
    methods: {
      GET: async ({ request, response, address }) => {
        // A proxy on this machine passes on the name under which its clients know the server.
        const name = hostNameIn(request.headers.host ?? '') ?? '';
        const isHere = isLoopback(address) && isLoopback(name);
        const network = isHere ? (await addresses()).network : [];
        respondJson(response, 200, { network });
      },
    },
  };
}
