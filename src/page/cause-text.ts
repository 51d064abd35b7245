import type { Cause, CauseCode } from '../client/index.js';

const WORDS: Readonly<Partial<Record<CauseCode, string>>> = {
  lost: 'the connection was lost',
  timeout: 'the server does not answer',
  unreachable: 'nothing answers at this address',
  not_tickchat: 'something else answers at this address',
  going_away: 'the server is restarting',
  draining: 'the server is restarting',
  full: 'the server is full',
  address_full: 'there are too many connections from your network',
  too_slow: 'this connection is too slow',
  too_many_tabs: 'too many tabs of this server are open; close some',
  blocked: 'something on the way blocks the connection',
};

/** Why there is no connection, for people: the end of a sentence. */
export function causeText({ code, text }: Cause): string {
  return WORDS[code] ?? text;
}
