import type { Readable } from 'node:stream';
import { isUtf8 } from 'node:buffer';
import { isUtf16, withoutBom } from '../server/config/text-file.js';
import { UsageError } from './errors.js';

/** One line of an input, without its end. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** Longest line, bytes: no server takes a message of that size. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

const LINE_FEED = 0x0a;

/**
 * The lines of `input`: UTF-8, with a byte order mark or without, ended by LF or CRLF. Ends early,
 * without an error, when `input` is destroyed.
 *
 * @throws {UsageError} with the number of the line, if one is not UTF-8 or too long
 */
export async function* linesOf(input: Readable): AsyncGenerator<Line, void> {
  let number = 0;
  let rest: Buffer[] = [];
  let length = 0;
  const lineOf = (bytes: Buffer): Line => {
    number += 1;
    if (number === 1 && isUtf16(bytes)) throw new UsageError('the input is UTF-16; takes UTF-8');
    const body = number === 1 ? withoutBom(bytes) : bytes;
    if (isUtf8(body)) return { number, text: body.toString('utf8').replace(/\r$/, '') };
    throw new UsageError(`line ${number} of the input is not UTF-8; takes UTF-8`);
  };
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
        yield lineOf(Buffer.concat([...rest, chunk.subarray(from, end)]));
        [rest, length, from] = [[], 0, end + 1];
      }
      length += chunk.length - from;
      if (length > MAX_LINE_BYTES) throw tooLong(number + 1);
      if (from < chunk.length) rest.push(chunk.subarray(from));
    }
  } catch (error) {
    if (error instanceof UsageError || !input.destroyed) throw error;
    return; // the reader has ended it
  }
  if (rest.length > 0) yield lineOf(Buffer.concat(rest));
}

function tooLong(number: number): UsageError {
  return new UsageError(`line ${number} of the input has more than ${MAX_LINE_BYTES} bytes`);
}
