import type { IncomingMessage } from 'node:http';
import { targetOf } from '../http/request-target.js';

/** The token in `Authorization: Bearer …` (RFC 6750 §2.1); undefined if there is none. */
export function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer +([\w.~+/=-]+) *$/i.exec(headers.authorization ?? '')?.[1];
}

/** The token of the header, else of `?token=`: browsers can't set headers of some requests. */
export function tokenOf(request: IncomingMessage): string | undefined {
  const fromQuery = new URLSearchParams(targetOf(request).query).get('token');
  return bearerOf(request) ?? (fromQuery || undefined);
}

/** Headers that a response of this status must have: a 401 a challenge (RFC 9110 §11.6.1). */
export function challenge(status: number): Readonly<Record<string, string>> {
  return status === 401 ? { 'WWW-Authenticate': 'Bearer realm="tickchat"' } : {};
}
