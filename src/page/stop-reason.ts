import { CLOSE } from '../protocol/close-code.js';

const REASONS = new Map<number, string>([
  [CLOSE.tooBig.code, 'That message was too long for this server, so it ended the connection.'],
  [CLOSE.binary.code, 'The server ended the connection: it takes text only.'],
  [CLOSE.policy.code, 'The server ended the connection: something broke its rules.'],
  [CLOSE.protocol.code, 'The server ended the connection: it could not understand this page.'],
  [CLOSE.notAllowed.code, 'You are not allowed in this room.'],
]);

/** Why a connection that was closed with `code` does not come back by itself, for a person. */
export function stopReason(code: number): string {
  return REASONS.get(code) ?? `The server ended the connection (code ${code}).`;
}
