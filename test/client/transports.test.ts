import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import type { Socket } from '../../src/client/socket.js';
import { openSse } from '../../src/client/sse-socket.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { keyOf, SECRET, TemporaryFiles, tokenWith } from '../support/tokens.js';
import { until } from '../support/until.js';

/** What a server says until it closes, or has said `frames` frames. */
interface Said {
  readonly fail?: unknown;
  readonly close?: { readonly code: number; readonly reason: string };
}

const CASES: ReadonlyArray<readonly [name: string, frames: () => Promise<readonly string[]>]> = [
  ['no token', async () => ['join:{}']],
  ['no token at all', async () => [join({ token: 'x' })]],
  [
    'a token of another key',
    async () => [
      join({ token: await tokenWith({}, keyOf('another secret of more than 32 bytes')) }),
    ],
  ],
  ['a token that has ended', async () => [join({ token: await tokenWith({ exp: 1 }) })]],
  ['a token for other rooms', async () => [join({ token: await tokenWith({ rooms: ['other'] }) })]],
  ['a room that can be none', async () => [join({ room: 'No room' })]],
  ['a name that can be none', async () => [join({ name: '\u200b' })]],
  ['a short key', async () => [join({ key: 'short' })]],
  ['another frame first', async () => ['msg:{"id":"a","text":"a"}']],
  ['ten frames that are none', async () => Array.from({ length: 10 }, () => 'nonsense')],
  [
    'a message with a token for reading',
    async () => [join({ token: await tokenWith({ write: false }) }), 'msg:{"id":"a","text":"a"}'],
  ],
];

function join(payload: object): string {
  return `join:${JSON.stringify(payload)}`;
}

/** Sends frames, and collects the first `fail` and the close. */
async function exchange(socket: Socket, frames: readonly string[]): Promise<Said> {
  let said: Said = {};
  socket.addEventListener('message', ({ data }) => {
    const text = String(data);
    if (text.startsWith('fail:')) said = { ...said, fail: JSON.parse(text.slice(5)) };
  });
  socket.addEventListener('close', ({ code, reason }) => {
    said = { ...said, close: { code, reason: reason ?? '' } };
  });
  socket.addEventListener('error', () => {});
  await new Promise<void>((resolve) => socket.addEventListener('open', resolve));
  for (const frame of frames) socket.send(frame);
  await until('an answer', () => said.close !== undefined || said.fail !== undefined);
  if (frames.length >= 10) await until('the close', () => said.close !== undefined);
  const answer = said;
  socket.close();
  return answer;
}

describe('a WebSocket and a stream', () => {
  const files = new TemporaryFiles();
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ authSecretFile: files.write('secret', SECRET) });
  });
  afterAll(async () => {
    await server.stop();
    files.remove();
  });

  it.each(CASES)('say the same after %s', async (_, frames) => {
    const url = `ws://127.0.0.1:${server.port}/ws`;
    const sent = await frames();
    const overWebSocket = await exchange(new WebSocket(url, 'tickchat.v1'), sent);
    expect(await exchange(openSse(url), sent)).toEqual(overWebSocket);
    const reason = overWebSocket.close?.reason ?? (overWebSocket.fail as { text: string }).text;
    expect(reason).not.toBe('');
  });
});
