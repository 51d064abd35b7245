/**
 * What others say as lines that a terminal shows and doesn't obey: escape sequences lose the control
 * characters that make them (C0, DEL and C1, ECMA-48 §5.3, 8.3), and what turns the direction of text
 * around (Unicode TR9 §2) is gone. A tab is a space; U+200D, which joins emoji, stays.
 */
export function visibleLines(text: string): string[] {
  return text.split(/\r\n|[\n\r\u2028\u2029]/).map(visible);
}

/** The same for what stands in one line, such as a name. */
export function visible(text: string): string {
  return text
    .replace(/[\t\n\r\u2028\u2029]/g, ' ')
    .replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '');
}
