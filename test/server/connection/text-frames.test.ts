import type { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as ws from 'ws';
import { takeTextFrames } from '../../../src/server/connection/text-frames.js';
import { mostPayloadPast } from '../../../src/server/connection/ws-internals.js';
import { clientFrame, OPCODE } from '../../support/raw-frames.js';

/** ws exports its receiver; its types don't. */
const { Receiver } = ws as unknown as {
  readonly Receiver: new (options: {
    readonly isServer: boolean;
    readonly maxPayload: number;
  }) => Writable;
};

const MAX_PAYLOAD = 300;

/** The receiving side of a WebSocket: ws's receiver, with or without a fast way past it. */
async function eventsOf(chunks: readonly Buffer[], past: boolean): Promise<string[]> {
  const events: string[] = [];
  const receiver = new Receiver({ isServer: true, maxPayload: MAX_PAYLOAD });
  const texts = { reading: true, receive: (text: string) => void events.push(`text ${text}`) };
  receiver.on('message', (data: Buffer, isBinary: boolean) =>
    events.push(`${isBinary ? 'binary' : 'text'} ${String(data)}`),
  );
  for (const name of ['ping', 'pong']) {
    receiver.on(name, (data: Buffer) => events.push(`${name} ${String(data)}`));
  }
  receiver.on('conclude', (code: number) => events.push(`close ${code}`));
  receiver.on('error', (error: NodeJS.ErrnoException) => events.push(`error ${error.code}`));
  for (const chunk of chunks) {
    if (events.at(-1)?.startsWith('close') === true) break; // the peer is closing
    const data = Buffer.from(chunk);
    const most = mostPayloadPast({ _receiver: receiver });
    const taken = past ? takeTextFrames(data, data.length, most, texts) : 0;
    if (taken < data.length) receiver.write(data.subarray(taken));
  }
  await new Promise(setImmediate); // an error is emitted later
  return events;
}

function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))];
  at.sort((a, b) => a - b);
  return [...at, bytes.length].map((end, n) => bytes.subarray(at[n - 1] ?? 0, end));
}

const contents = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.nat(MAX_PAYLOAD + 5).map((length) => 'x'.repeat(length)),
  fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
);
const textFrames = contents.map((content) => clientFrame(OPCODE.text, content));
const frames = fc.oneof(
  { weight: 6, arbitrary: textFrames },
  fc
    .tuple(
      fc.constantFrom(...Object.values(OPCODE), 3, 11),
      contents,
      fc.record({
        final: fc.boolean(),
        reserved: fc.constantFrom(0, 0, 0, 4),
        masked: fc.constantFrom(true, true, true, false),
      }),
    )
    .map(([opcode, content, flaws]) => clientFrame(opcode, content, flaws)),
  fc.constant(Buffer.from('81fe00010000000041', 'hex')), // one byte, its length in 16 bits
  fc.constant(Buffer.from('81ff00000000000000010000000041', 'hex')), // and in 64
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
);
const streams = fc.array(frames, { maxLength: 8 }).map((all) => Buffer.concat(all));

describe('the way in past ws', () => {
  it('gives what ws gives, wherever the input is cut', async () => {
    await fc.assert(
      fc.asyncProperty(streams, fc.array(fc.nat(2000), { maxLength: 6 }), async (bytes, cuts) => {
        const chunks = pieces(bytes, cuts);
        expect(await eventsOf(chunks, true)).toEqual(await eventsOf(chunks, false));
      }),
      { numRuns: 3000 },
    );
  });

  it('gives what ws gives, cut at every octet', async () => {
    const bytes = Buffer.concat([
      clientFrame(OPCODE.text, 'plain'),
      clientFrame(OPCODE.ping, 'p'),
      clientFrame(OPCODE.text, 'größer, 😀'),
      clientFrame(OPCODE.text, 'fragm', { final: false }),
      clientFrame(OPCODE.pong, ''),
      clientFrame(OPCODE.continuation, 'ents'),
      clientFrame(OPCODE.text, ''),
      clientFrame(OPCODE.text, 'x'.repeat(200)),
      clientFrame(OPCODE.text, Buffer.from([0xc3])),
    ]);
    const whole = await eventsOf([bytes], false);
    expect(whole).toHaveLength(8);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const halves = [bytes.subarray(0, cut), bytes.subarray(cut)];
      expect(await eventsOf(halves, true)).toEqual(whole);
    }
    const octets = Array.from(bytes, (byte) => Buffer.from([byte]));
    expect(await eventsOf(octets, true)).toEqual(whole);
  });

  it.each([
    ['two texts and half of one', 'takes two', ['a', 'b'], 14],
    ['a ping', 'takes nothing', [], 0],
    ['an unmasked text', 'takes nothing', [], 0],
    ['a text over the limit', 'takes nothing', [], 0],
  ])('of %s %s', (name, _, expected, taken) => {
    const text = (content: string) => clientFrame(OPCODE.text, content);
    const inputs: Record<string, Buffer> = {
      'two texts and half of one': Buffer.concat([text('a'), text('b'), text('cd').subarray(0, 7)]),
      'a ping': clientFrame(OPCODE.ping, 'x'),
      'an unmasked text': clientFrame(OPCODE.text, 'long enough', { masked: false }),
      'a text over the limit': text('x'.repeat(MAX_PAYLOAD + 1)),
    };
    const data = inputs[name] ?? Buffer.alloc(0);
    const found: string[] = [];
    const receiver = { reading: true, receive: (content: string) => void found.push(content) };
    expect(takeTextFrames(data, data.length, MAX_PAYLOAD, receiver)).toBe(taken);
    expect(found).toEqual(expected);
  });

  it('reads a slice further when the receiver wants no more', () => {
    const data = Buffer.concat(
      Array.from({ length: 1000 }, () => clientFrame(OPCODE.text, 'abcd')),
    );
    let texts = 0;
    const receiver = { reading: false, receive: () => void (texts += 1) };
    expect(takeTextFrames(data, data.length, MAX_PAYLOAD, receiver)).toBe(2050);
    expect(texts).toBe(205);
  });

  it('leaves a text that is not UTF-8 as it came', () => {
    const data = clientFrame(OPCODE.text, Buffer.from([0x61, 0xff, 0x62]));
    const before = Buffer.from(data);
    const receiver = { reading: true, receive: () => {} };
    expect(takeTextFrames(data, data.length, MAX_PAYLOAD, receiver)).toBe(0);
    expect(data).toEqual(before);
  });
});
