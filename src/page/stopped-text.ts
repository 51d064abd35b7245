import type { ClientState, StopReason } from '../client/index.js';

const NOT_UNDERSTOOD = 'The server ended the connection: it could not understand this page.';

const WORDS: Readonly<Partial<Record<StopReason, string>>> = {
  policy: 'The server ended the connection: something broke its rules.',
  forbidden: 'You are not allowed in this room.',
  too_big: 'The server ended the connection: a message was far too long.',
  malformed: NOT_UNDERSTOOD,
  not_utf8: NOT_UNDERSTOOD,
  binary: NOT_UNDERSTOOD,
  origin: 'This server does not allow pages of this address.',
  host: 'This server does not answer under this name.',
  bad_server: 'The server sent something that this page does not understand.',
  protocol: NOT_UNDERSTOOD,
  bad_frame: NOT_UNDERSTOOD,
};

/** Maximum number of characters shown of a room name. */
const MAX_SHOWN = 80;

/** The reason of a stop, for people. `room` is the name in the address. */
export function stoppedText(
  { reason, text }: ClientState & { readonly name: 'stopped' },
  room: string,
): string {
  if (reason === 'not_allowed')
    return `You can’t come in here: ${text}. Ask for a new link, and paste it here.`;
  if (reason !== 'bad_room') return WORDS[reason] ?? `The server ended the connection: ${text}.`;
  const shown = room.length > MAX_SHOWN ? `${room.slice(0, MAX_SHOWN)}…` : room;
  return `“${shown}” can’t be the name of a room: ${text}.`;
}
