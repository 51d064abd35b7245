import { describe, expect, it } from '@jest/globals';
import { Failures } from '../../../src/server/ops/failures.js';

describe('failures', () => {
  const lines: unknown[][] = [];
  const failures = new Failures({ error: (...line) => void lines.push(line) });

  it('are counted by kind and logged with their causes', () => {
    const inner = new Error('EIO: i/o error');
    failures.report('timeline', new Error('could not commit', { cause: inner }));
    failures.report('tls', 'no shared cipher', { address: '192.0.2.1' });
    expect(failures.counts).toMatchObject({ timeline: 1, tls: 1, logProcess: 0 });
    expect(lines).toEqual([
      [
        'the timeline could not be saved; ticks go on',
        { cause: 'could not commit (EIO: i/o error)' },
      ],
      ['a TLS handshake failed', { address: '192.0.2.1', cause: 'no shared cipher' }],
    ]);
  });

  it('that the caller logs are counted only', () => {
    failures.count('reload');
    expect(failures.counts.reload).toBe(1);
    expect(lines).toHaveLength(2);
  });
});
