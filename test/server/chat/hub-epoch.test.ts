import { describe, expect, it } from '@jest/globals';
import { Hub } from '../../../src/server/chat/hub.js';

describe('another epoch of the log', () => {
  it('has rooms of its own: one of the old epoch that empties does not remove them', () => {
    const hub = new Hub('old');
    const before = hub.acquireRoom('lobby');
    hub.beginEpoch('new');
    const after = hub.acquireRoom('lobby');
    expect(after).not.toBe(before);
    hub.releaseRoom(before);
    expect(hub.acquireRoom('lobby')).toBe(after);
    expect(hub.logEpoch).toBe('new');
  });
});
