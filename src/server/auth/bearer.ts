import type { IncomingMessage } from 'node:http';
import { targetOf } from '../request-target.js';

/** The token in `Authorization: Bearer …` (RFC 6750 §2.1); undefined if there is none. */
export function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer +([\w.~+/=-]+) *$/i.exec(headers.authorization ?? '')?.[1];
}

/** The token of a request whose maker may be unable to set headers: the header's, else `?token=`. */
export function tokenOf(request: IncomingMessage): string | undefined {
  const fromQuery = new URLSearchParams(targetOf(request).query).get('token');
  return bearerOf(request) ?? (fromQuery || undefined);
}

/** What goes with an answer of this status: every 401 says what would help (RFC 9110 §11.6.1). */
export function challenge(status: number): Readonly<Record<string, string>> {
  return status === 401 ? { 'WWW-Authenticate': 'Bearer realm="tickchat"' } : {};
}
