import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Logger } from 'pino';
import { EventLog } from '../../../src/server/ops/event-log.js';
import { startDaemon } from '../../support/daemon.js';
import { RawClient } from '../../support/raw-client.js';
import { OPCODE } from '../../support/raw-frames.js';
import { refusal } from '../../support/plain-client.js';

describe('event log', () => {
  let lines: string[];
  let events: EventLog;

  beforeEach(() => {
    jest.useFakeTimers();
    lines = [];
    const info = (fields: unknown, text: string) => lines.push(`${text} ${JSON.stringify(fields)}`);
    events = new EventLog({ info } as unknown as Logger);
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  function tell(times: number, kind = 'refused: full'): void {
    for (let n = 1; n <= times; n++) events.tell(kind, { n });
  }

  it('tells a few of a kind one by one', () => {
    tell(5);
    expect(lines).toHaveLength(5);
    jest.advanceTimersByTime(10_000);
    expect(lines).toHaveLength(5);
  });

  it('tells of the rest in one line, at the end of ten seconds', () => {
    tell(1239);
    tell(1, 'closed: 4008');
    expect(lines).toHaveLength(6);
    jest.advanceTimersByTime(10_000);
    expect(lines.slice(6)).toEqual(['refused: full, and 1234 more {"more":1234}']);
  });

  it('begins anew after that', () => {
    tell(10);
    jest.advanceTimersByTime(10_000);
    lines.length = 0;
    tell(3);
    expect(lines).toHaveLength(3);
  });

  it('tells what it still has when it is flushed, once', () => {
    tell(7);
    events.flush();
    events.flush();
    jest.advanceTimersByTime(10_000);
    expect(lines).toHaveLength(6);
  });
});

describe('the log of a server', () => {
  it('has refusals and closes with their reasons, and neither texts nor queries', async () => {
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
