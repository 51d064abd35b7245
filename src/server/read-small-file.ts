import { createReadStream } from 'node:fs';

/** Larger than any file of secrets or certificates: a slip of the pen such as /dev/zero must not fill the memory. */
const MAX_BYTES = 1024 * 1024;

/** What stands in a file, or why that can't be had: words that go on after the file's name. */
export type SmallFile =
  | { readonly ok: true; readonly content: Buffer }
  | { readonly ok: false; readonly why: string };

/** Reads a file, or a pipe, that a person named and that should be small. */
export async function readSmallFile(path: string): Promise<SmallFile> {
  const chunks: Buffer[] = [];
  try {
    const stream = createReadStream(path, { end: MAX_BYTES }); // one byte more than is taken
    for await (const chunk of stream) chunks.push(chunk as Buffer);
  } catch (error) {
    return { ok: false, why: `can't be read (${(error as NodeJS.ErrnoException).code})` };
  }
  const content = Buffer.concat(chunks);
  if (content.length > MAX_BYTES) return { ok: false, why: `is larger than ${MAX_BYTES} bytes` };
  return { ok: true, content };
}
