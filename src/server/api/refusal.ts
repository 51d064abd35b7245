import type { ServerResponse } from 'node:http';
import { challenge } from '../auth/bearer.js';
import { respondText } from '../respond.js';

/** Why a call isn't answered with what it asked for: a status and one line. */
export interface Refusal {
  readonly ok: false;
  readonly status: number;
  readonly why: string;
  /** When to try again, ms from now. */
  readonly retryAfterMs?: number;
}

/** A refusal with nothing to wait for. */
export function refusal(status: number, why: string): Refusal {
  return { ok: false, status, why };
}

/** Answers with a refusal. `Retry-After` (RFC 9110 §10.2.3) counts whole seconds, never too few. */
export function refuse(response: ServerResponse, { status, why, retryAfterMs }: Refusal): void {
  const retry: Record<string, string> =
    retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) };
  respondText(response, status, why, { ...challenge(status), ...retry });
}
