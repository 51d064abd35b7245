import { createReadStream } from 'node:fs';

/** Maximum size, bytes: more than any secret or certificate has. Bounds reading of /dev/zero. */
const MAX_BYTES = 1024 * 1024;

/** The content of a file, or its problem, worded to follow the file's name. */
export type SmallFile =
  | { readonly ok: true; readonly content: Buffer }
  | { readonly ok: false; readonly why: string };

/** Reads a file, or a pipe, that should be small. */
export async function readSmallFile(path: string): Promise<SmallFile> {
  const chunks: Buffer[] = [];
  try {
    const stream = createReadStream(path, { end: MAX_BYTES }); // one byte more than allowed
    for await (const chunk of stream) chunks.push(chunk as Buffer);
  } catch (error) {
    return { ok: false, why: `can't be read (${(error as NodeJS.ErrnoException).code})` };
  }
  const content = Buffer.concat(chunks);
  if (content.length > MAX_BYTES) return { ok: false, why: `is larger than ${MAX_BYTES} bytes` };
  return { ok: true, content };
}
