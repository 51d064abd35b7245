import type { Hello } from '../protocol/v1.js';

/** `messageOf` puts the seq first; reading it here spares parsing the whole message. */
const SEQ = /^\{"seq":(\d+)/;

/**
 * Makes v1 frames (`verb:payload`) into Server-Sent Events (HTML Living Standard §9.2.6), in one
 * buffer: the verb is the event's type, the payload its data. The id of `msg` is its position,
 * `EPOCH:SEQ`; that of `hello` is the position before the replay, so that somebody who loses the
 * connection before the first message can resume too. JSON has no line breaks, so data is one line.
 */
export function eventFrames(logEpoch: string): (texts: readonly string[]) => Buffer {
  return (texts) => Buffer.from(texts.map((text) => eventOf(text, logEpoch)).join(''));
}

function eventOf(text: string, logEpoch: string): string {
  const colon = text.indexOf(':');
  const verb = text.slice(0, colon);
  const data = text.slice(colon + 1);
  const seq = seqOf(verb, data);
  const id = seq === undefined ? '' : `id: ${logEpoch}:${seq}\n`;
  return `event: ${verb}\n${id}data: ${data}\n\n`;
}

function seqOf(verb: string, data: string): string | number | undefined {
  if (verb === 'msg') return SEQ.exec(data)?.[1];
  if (verb !== 'hello') return undefined;
  const { log, replay } = JSON.parse(data) as Hello;
  return log.seq - replay;
}
