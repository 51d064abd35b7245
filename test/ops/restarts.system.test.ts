import { describe, expect, it } from '@jest/globals';
import { restartWhileClientsConnect } from './restarts.js';

describe('a server whose socket systemd holds', () => {
  it('rejects no client while it is restarted repeatedly', async () => {
    const report = await restartWhileClientsConnect(5);
    expect(report).toMatchObject({ restarts: 5, failure: undefined, outcomes: { refused: 0 } });
    expect(report.outcomes.accepted).toBeGreaterThanOrEqual(60);
  }, 60_000);
});
