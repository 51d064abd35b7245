/**
 * One kind of text in a file, with everything else replaced by spaces: offsets and line breaks are
 * those of the file.
 */
export interface Zones {
  /** Identifiers and code spans: source without comments and strings, `code` in prose. */
  readonly names: string;
  /** Comments, strings and Markdown text, without code spans and code blocks. */
  readonly prose: string;
  /** Comments alone; empty for Markdown. */
  readonly comments: readonly Comment[];
}

/** A comment of a source file, delimiters included. */
export interface Comment {
  readonly offset: number;
  readonly text: string;
}

/**
 * A comment, a string, a template or a regular expression. A regular expression is told from a
 * division by what stands before it. Templates within templates are not followed.
 */
const TOKEN =
  /(\/\*[\s\S]*?\*\/|\/\/[^\n]*)|('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`)|((?<=(?:[(,=:[!&|?{};>\n]|return)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/\w*)/g;

/** A comment's delimiters, and the stars before its lines. */
const DECORATION = /^\/\*+|\*+\/$|^\/\/|(?<=\n)[ \t]*\*(?!\/)/g;

/** Code in prose: `name`, {@link name}. */
const CODE_SPAN = /`[^`\n]+`|\{@link [^}]+\}/g;

/** The zones of a source file. */
export function zonesOfSource(text: string): Zones {
  const comments: Comment[] = [];
  let names = '';
  let prose = '';
  let end = 0;
  const put = (code: string, words: string): void => {
    names += code;
    prose += words;
  };
  for (const match of text.matchAll(TOKEN)) {
    const [token, comment, string] = match;
    const before = text.slice(end, match.index);
    put(before, blank(before));
    end = match.index + token.length;
    if (comment !== undefined) {
      comments.push({ offset: match.index, text: comment });
      const words = comment.replace(DECORATION, blank);
      put(only(CODE_SPAN, words), words.replace(CODE_SPAN, blank));
    } else {
      put(blank(token), string === undefined ? blank(token) : token);
    }
  }
  const rest = text.slice(end);
  put(rest, blank(rest));
  return { names, prose, comments };
}

/** A block of code between fences. */
const FENCED = /^[ \t]*```[\s\S]*?^[ \t]*```[ \t]*$/gm;

/** The zones of a Markdown file. */
export function zonesOfMarkdown(text: string): Zones {
  const words = text.replace(FENCED, blank);
  return { names: only(CODE_SPAN, words), prose: words.replace(CODE_SPAN, blank), comments: [] };
}

/** Spaces in place of everything but line breaks. */
function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

/** What matches `pattern`; everything else is blank. */
function only(pattern: RegExp, text: string): string {
  const kept = [...text.matchAll(pattern)];
  let result = '';
  for (const { 0: match, index } of kept) {
    result += blank(text.slice(result.length, index)) + match;
  }
  return result + blank(text.slice(result.length));
}
