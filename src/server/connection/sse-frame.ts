import type { FrameEncoder, OutboundFrame } from './transport.js';

/**
 * Makes the encoder of Server-Sent Events (HTML Living Standard §9.2.6). The verb of a frame is the
 * type of its event, the payload is the data, and the position in the log (`EPOCH:SEQ`) is the id.
 * Payloads are JSON or numbers, which have no line breaks, so the data is one line.
 *
 * @param logEpoch epoch of the log that seqs belong to
 */
export function sseEncoder(logEpoch: string): FrameEncoder {
  return (frames) => Buffer.from(frames.map((frame) => eventOf(frame, logEpoch)).join(''));
}

function eventOf({ verb, payload, seq }: OutboundFrame, logEpoch: string): string {
  const id = seq === undefined ? '' : `id: ${logEpoch}:${seq}\n`;
  return `event: ${verb}\n${id}data: ${payload}\n\n`;
}
