/** What a person typed. */
export type Input =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'room'; readonly room: string }
  | { readonly kind: 'who' | 'help' | 'quit' }
  /** A command that isn't one, or lacks its word; `why` says so. */
  | { readonly kind: 'wrong'; readonly why: string };

/** The commands, for people; at most 80 columns wide. */
export const HELP: readonly string[] = [
  '/name NEW     be called so from now on',
  '/room NAME    go to another room',
  '/who          who you are, and how many are here',
  '/quit         leave; Ctrl+C and Ctrl+D do too',
  '//text        say "/text"',
];

/** Reads a line: what begins with a slash is a command, anything else is said. */
export function readInput(line: string): Input {
  if (line.trim() === '') return { kind: 'nothing' };
  if (!line.startsWith('/')) return { kind: 'say', text: line };
  if (line.startsWith('//')) return { kind: 'say', text: line.slice(1) };
  const [, word = '', rest = ''] = /^\/(\S*)\s*(.*?)\s*$/su.exec(line) ?? [];
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
      return { kind: 'wrong', why: `/${word} is no command; /help lists them` };
  }
}
