/** A parsed line of input. */
export type Input =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'room'; readonly room: string }
  | { readonly kind: 'who' | 'help' | 'quit' }
  /** An unknown command, or one without its argument; `why` tells the user. */
  | { readonly kind: 'wrong'; readonly why: string };

/** Help text for the commands; at most 80 columns wide. */
export const HELP: readonly string[] = [
  '/name NEW     change your display name',
  '/room NAME    join another room',
  '/who          show your name, the room and the number of people',
  '/quit         leave; so do Ctrl+C and Ctrl+D',
  '//text        send "/text"',
];

/** Parses a line: a command if it begins with a slash, otherwise a message. */
export function readInput(line: string): Input {
  if (line.trim() === '') return { kind: 'nothing' };
  if (!line.startsWith('/')) return { kind: 'say', text: line };
  if (line.startsWith('//')) return { kind: 'say', text: line.slice(1) };
  const end = line.search(/\s/);
  const word = end === -1 ? line.slice(1) : line.slice(1, end);
  const rest = end === -1 ? '' : line.slice(end).trim();
  switch (word) {
    case 'name':
      return rest === ''
        ? { kind: 'wrong', why: '/name takes a name' }
        : { kind: 'name', name: rest };
    case 'room':
      return rest === ''
        ? { kind: 'wrong', why: '/room takes a room' }
        : { kind: 'room', room: rest };
    case 'who':
    case 'help':
    case 'quit':
      return { kind: word };
    default:
      return { kind: 'wrong', why: `/${word} is not a command; /help lists the commands` };
  }
}
