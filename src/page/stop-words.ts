import type { ClientState, StopReason } from '../client/index.js';

const NOT_UNDERSTOOD = 'The server ended the connection: it could not understand this page.';

const WORDS: Readonly<Partial<Record<StopReason, string>>> = {
  policy: 'The server ended the connection: something broke its rules.',
  forbidden: 'You are not allowed in this room.',
  tooBig: 'The server ended the connection: a message was far too long.',
  malformed: NOT_UNDERSTOOD,
  notUtf8: NOT_UNDERSTOOD,
  binary: NOT_UNDERSTOOD,
  protocol: NOT_UNDERSTOOD,
  bad_frame: NOT_UNDERSTOOD,
};

/** As much as is shown of a name that may be as long as an address can be. */
const MAX_SHOWN = 80;

/** Why the page doesn't connect any more, for a person. `room` is what the address asked for. */
export function stopWords(
  { reason, text }: ClientState & { readonly name: 'stopped' },
  room: string,
): string {
  if (reason === 'notAllowed') return `You can’t come in here: ${text}. Ask for a new link.`;
  if (reason !== 'bad_room') return WORDS[reason] ?? `The server ended the connection: ${text}.`;
  const shown = room.length > MAX_SHOWN ? `${room.slice(0, MAX_SHOWN)}…` : room;
  return `“${shown}” can’t be the name of a room: ${text}.`;
}
