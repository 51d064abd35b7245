import { isUtf8 } from 'node:buffer';

/** The text of a file, or its problem, worded to follow the file's name. */
export type DecodedText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: string };

const UTF8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF16_BOMS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

/** The bytes after a byte order mark of UTF-8, which editors on Windows write. */
export function withoutBom(bytes: Buffer): Buffer {
  return startsWith(bytes, UTF8_BOM) ? bytes.subarray(UTF8_BOM.length) : bytes;
}

/** Whether the bytes begin with a byte order mark of UTF-16, as PowerShell writes by default. */
export function isUtf16(bytes: Buffer): boolean {
  return UTF16_BOMS.some((bom) => startsWith(bytes, bom));
}

/** Decodes the text of a file that a person wrote: UTF-8, with a byte order mark or without. */
export function decodeText(bytes: Buffer): DecodedText {
  if (isUtf16(bytes)) return { ok: false, why: 'is UTF-16, not UTF-8' };
  const body = withoutBom(bytes);
  if (isUtf8(body)) return { ok: true, text: body.toString('utf8') };
  return { ok: false, why: `is not UTF-8 (line ${firstBadLine(body)})` };
}

/** Number of the first line that is not UTF-8, from 1. */
function firstBadLine(bytes: Buffer): number {
  let number = 1;
  for (let from = 0; ; number += 1) {
    const end = bytes.indexOf(0x0a, from);
    if (end === -1 || !isUtf8(bytes.subarray(from, end))) return number;
    from = end + 1;
  }
}

function startsWith(bytes: Buffer, start: Buffer): boolean {
  return bytes.subarray(0, start.length).equals(start);
}
