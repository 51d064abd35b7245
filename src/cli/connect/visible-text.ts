/**
 * Splits text from the network into lines that are safe to print in a terminal. Removes the control
 * characters that begin escape sequences (C0, DEL and C1, ECMA-48 §5.3, 8.3) and those that change
 * the direction of text (Unicode TR9 §2). A tab becomes a space; U+200D, which joins emoji, is
 * kept.
 */
export function visibleLines(text: string): string[] {
  return text
    .replace(/\t/g, ' ')
    .replace(/(?![\n\r])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .split(/\r\n|[\n\r\u2028\u2029]/);
}

/** The same for text of one line, such as a name: a line break becomes a space. */
export function visible(text: string): string {
  return visibleLines(text).join(' ');
}
