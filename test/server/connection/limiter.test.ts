import { describe, expect, it } from '@jest/globals';
import { ConnectionLimiter } from '../../../src/server/connection/limiter.js';

describe('connection limiter', () => {
  it('grants slots up to the total limit, and again after a release', () => {
    const limiter = new ConnectionLimiter({ maxClients: 2, maxClientsPerIp: 0 });
    expect(['a', 'b', 'c'].map((address) => limiter.acquire(address))).toEqual([
      'acquired',
      'acquired',
      'full',
    ]);
    limiter.release('a');
    expect(limiter.acquire('c')).toBe('acquired');
  });

  it('grants slots up to the limit of an address, whatever others hold', () => {
    const limiter = new ConnectionLimiter({ maxClients: 0, maxClientsPerIp: 1 });
    expect(['a', 'a', 'b'].map((address) => limiter.acquire(address))).toEqual([
      'acquired',
      'address_full',
      'acquired',
    ]);
    limiter.release('a');
    expect(limiter.acquire('a')).toBe('acquired');
  });
});
