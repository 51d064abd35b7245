import { WORDS } from './language-words.js';
import { zonesOfMarkdown, zonesOfSource, type Zones } from './language-zones.js';

/** The rules that are checked; each has a count in the summary. */
export const RULES = {
  'comment-width': 'comment lines over 100 columns',
  'markdown-width': 'Markdown lines over 100 columns',
  'doc-start': 'doc comments in src that begin with a question word or "So many"',
  'old-word': 'words that have a successor',
  'file-length': 'files in src over 250 lines',
} as const;

export type RuleName = keyof typeof RULES;

export interface Fault {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly rule: RuleName;
  readonly message: string;
}

const MAX_COLUMNS = 100;
const MAX_SOURCE_LINES = 250;

/** Files that have to name the old words. */
const SPEAKS_OF_WORDS = /^(?:tools\/language-\w+\.ts|test\/docs\/language\.test\.ts)$/;

/** Every fault of one file. `path` is relative to the package root, with `/`. */
export function faultsIn(path: string, text: string): Fault[] {
  const markdown = path.endsWith('.md');
  const zones = markdown ? zonesOfMarkdown(text) : zonesOfSource(text);
  const lineAt = lineCounter(text);
  return [
    ...(markdown ? wideMarkdown(path, text) : wideComments(path, text, zones, lineAt)),
    ...(path.startsWith('src/') ? docStarts(path, zones, lineAt) : []),
    ...(path.startsWith('src/') ? fileLength(path, text) : []),
    ...(SPEAKS_OF_WORDS.test(path) ? [] : oldWords(path, zones, lineAt)),
  ];
}

/** Lines that a comment stands on, code before it included. */
function wideComments(path: string, text: string, zones: Zones, lineAt: LineAt): Fault[] {
  const lines = text.split('\n');
  const commented = new Set<number>();
  for (const { offset, text: comment } of zones.comments) {
    const last = lineAt(offset + comment.length);
    for (let line = lineAt(offset); line <= last; line++) commented.add(line);
  }
  return [...commented].flatMap((line) => wide(path, 'comment-width', line, lines[line - 1] ?? ''));
}

/** A row of a table; a line that holds nothing but one link, image, URL or code span. */
const MAY_BE_WIDE =
  /^\s*\||^\s*(?:[-*+] |\d+\. )?(?:!?\[[^\]]*\](?:\([^)]*\)|: \S+)|<?https?:\/\/\S+>?|`[^`]*`)[.,;]?\s*$/;

function wideMarkdown(path: string, text: string): Fault[] {
  let fenced = false;
  return text.split('\n').flatMap((line, index) => {
    const fence = /^\s*```/.test(line);
    if (fence) fenced = !fenced;
    if (fence || fenced || MAY_BE_WIDE.test(line)) return [];
    return wide(path, 'markdown-width', index + 1, line);
  });
}

function wide(path: string, rule: RuleName, line: number, text: string): Fault[] {
  const columns = Array.from(text).length;
  if (columns <= MAX_COLUMNS) return [];
  return [{ path, line, rule, message: `${columns} columns; at most ${MAX_COLUMNS}` }];
}

const DOC_START =
  /^\/\*\*[\s*]*(What|Who|Whoever|Where|Whether there|When|So long|So many)(?![\w'’-])/;

function docStarts(path: string, zones: Zones, lineAt: LineAt): Fault[] {
  return zones.comments.flatMap(({ offset, text }) => {
    const [start, word] = DOC_START.exec(text) ?? [];
    if (start === undefined) return [];
    const line = lineAt(offset + start.length);
    const message = `begins with "${word}"; begin with the noun, the verb or the quantity`;
    return [{ path, line, rule: 'doc-start', message }];
  });
}

function fileLength(path: string, text: string): Fault[] {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  if (lines <= MAX_SOURCE_LINES) return [];
  const message = `${lines} lines; at most ${MAX_SOURCE_LINES}`;
  return [{ path, line: MAX_SOURCE_LINES + 1, rule: 'file-length', message }];
}

function oldWords(path: string, zones: Zones, lineAt: LineAt): Fault[] {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return WORDS.filter(({ paths }) => paths.test(path)).flatMap(({ old, zone, say }) => {
    const fault = (line: number, word: string): Fault => {
      const message = `"${word.replace(/\s+/g, ' ')}": say ${say}`;
      return { path, line, rule: 'old-word', message };
    };
    const inName = zone === 'names' ? [...file.matchAll(old)].map(([word]) => fault(1, word)) : [];
    const inText = [...zones[zone].matchAll(old)].map((match) =>
      fault(lineAt(match.index), match[0]),
    );
    return [...inName, ...inText];
  });
}

type LineAt = (offset: number) => number;

/** Line numbers, from 1, of offsets into `text`. */
function lineCounter(text: string): LineAt {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
