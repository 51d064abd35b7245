import { CLOSE } from '../protocol/close-code.js';

const NOT_UNDERSTOOD = 'The server ended the connection: it could not understand this page.';

const REASONS = new Map<number, string>([
  [CLOSE.tooBig.code, 'That message was too long for this server, so it ended the connection.'],
  [CLOSE.binary.code, 'The server ended the connection: it takes text only.'],
  [CLOSE.malformed.code, NOT_UNDERSTOOD],
  [CLOSE.notUtf8.code, NOT_UNDERSTOOD],
  [CLOSE.protocol.code, NOT_UNDERSTOOD],
  [CLOSE.policy.code, 'The server ended the connection: something broke its rules.'],
  [CLOSE.notAllowed.code, 'You are not allowed in this room.'],
]);

/** Why a link that was closed with `code` does not come back by itself, for a person. */
export function stopReason(code: number): string {
  return REASONS.get(code) ?? `The server ended the connection (code ${code}).`;
}

/** Whether `code` says that the last message was longer than the server takes. */
export function wasTooLong(code: number): boolean {
  return code === CLOSE.tooBig.code;
}
