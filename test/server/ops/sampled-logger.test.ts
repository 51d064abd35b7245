import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Logger } from 'pino';
import { SampledLogger } from '../../../src/server/ops/sampled-logger.js';
import { startDaemon } from '../../support/daemon.js';
import { RawClient } from '../../support/raw-client.js';
import { OPCODE } from '../../support/raw-frames.js';
import { refusal } from '../../support/plain-client.js';

describe('sampled logger', () => {
  let lines: string[];
  let sampled: SampledLogger;

  beforeEach(() => {
    jest.useFakeTimers();
    lines = [];
    const write = (fields: unknown, text: string) =>
      lines.push(`${text} ${JSON.stringify(fields)}`);
    sampled = new SampledLogger({ info: write, error: write } as unknown as Logger);
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  function log(times: number, kind = 'refused: full'): void {
    for (let n = 1; n <= times; n++) sampled.info(kind, { n });
  }

  it('writes a line for each of the first few events of a kind', () => {
    log(5);
    expect(lines).toHaveLength(5);
    jest.advanceTimersByTime(10_000);
    expect(lines).toHaveLength(5);
  });

  it('counts the rest in one line at the end of ten seconds', () => {
    log(1239);
    log(1, 'closed: 4008');
    expect(lines).toHaveLength(6);
    jest.advanceTimersByTime(10_000);
    expect(lines.slice(6)).toEqual(['refused: full, and 1234 more {"more":1234}']);
  });

  it('begins another window after that', () => {
    log(10);
    jest.advanceTimersByTime(10_000);
    lines.length = 0;
    log(3);
    expect(lines).toHaveLength(3);
  });

  it('writes the counts once when it is flushed', () => {
    log(7);
    sampled.flush();
    sampled.flush();
    jest.advanceTimersByTime(10_000);
    expect(lines).toHaveLength(6);
  });
});

describe('the log of a server', () => {
  it('has rejections and closes with their reasons, but no texts and no queries', async () => {
    const daemon = await startDaemon();
    await refusal(daemon.port, '?token=s3cret', { origin: 'http://evil.example' });
    for (let i = 0; i < 8; i++) await refusal(daemon.port, '?token=s3cret&room=A');
    const client = await RawClient.handshaken(daemon.port);
    client.sendFrame(OPCODE.text, 's3cret');
    client.sendFrame(OPCODE.binary, 's3cret');
    await daemon.untilLine('closed: 1003');
    client.socket.destroy();
    await daemon.stop();
    const lines = daemon.logLines();
    const messages = lines.map((line) => (JSON.parse(line) as { readonly msg: string }).msg);
    expect(messages.filter((msg) => msg === 'refused: origin')).toHaveLength(1);
    expect(messages.filter((msg) => msg === 'refused: room').length).toBeGreaterThanOrEqual(5);
    expect(messages.some((msg) => /^refused: room, and [123] more$/.test(msg))).toBe(true);
    expect(messages).toContain('closed: 1003');
    expect(lines.join('\n')).not.toContain('s3cret');
  });
});
