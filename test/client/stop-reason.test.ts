import { describe, expect, it } from '@jest/globals';
import { stopReason, wasTooLong } from '../../src/client/stop-reason.js';
import { CLOSE } from '../../src/protocol/close-code.js';

describe('stopReason', () => {
  const stops = Object.values(CLOSE).filter(({ client }) => client === 'stop');

  it.each(stops)('has words for $code, $reason', ({ code }) => {
    expect(stopReason(code)).toMatch(/^[A-Z].*\.$/);
    expect(stopReason(code)).not.toContain('code');
  });

  it('names a code that it does not know', () => {
    expect(stopReason(4999)).toContain('4999');
  });

  it('tells a message that was too long from all else', () => {
    const tooLong = Object.values(CLOSE).filter(({ code }) => wasTooLong(code));
    expect(tooLong).toEqual([CLOSE.tooBig]);
  });
});
