/**
 * Why a server refuses a handshake; `ready`: it does not. It is the value of
 * {@link HANDSHAKE_HEADER}.
 */
export const HANDSHAKE_REASONS = [
  'handshake',
  'version',
  'host',
  'origin',
  'room',
  'token',
  'draining',
  'full',
  'address_full',
] as const;

/** Why a server refuses a handshake. */
export type HandshakeReason = (typeof HANDSHAKE_REASONS)[number];

/**
 * Header of the answer to a plain request for the WebSocket's address: `ready`, or the reason for
 * which a handshake would be refused. Browsers don't tell a page why a WebSocket did not open.
 */
export const HANDSHAKE_HEADER = 'Tickchat-Handshake';

/** Value of {@link HANDSHAKE_HEADER} where a handshake would succeed. */
export const READY = 'ready';

/** Whether it is a reason that this version knows. */
export function isHandshakeReason(value: string): value is HandshakeReason {
  return (HANDSHAKE_REASONS as readonly string[]).includes(value);
}
