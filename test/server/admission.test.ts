import { describe, expect, it } from '@jest/globals';
import { AdmissionDesk } from '../../src/server/admission.js';

describe('admission desk', () => {
  it('admits up to the limit of all, and again when a place is given back', () => {
    const desk = new AdmissionDesk({ maxClients: 2, maxClientsPerIp: 0 });
    expect(['a', 'b', 'c'].map((address) => desk.admit(address))).toEqual([
      'admitted',
      'admitted',
      'full',
    ]);
    desk.release('a');
    expect(desk.admit('c')).toBe('admitted');
  });

  it('admits up to the limit of an address, whatever others do', () => {
    const desk = new AdmissionDesk({ maxClients: 0, maxClientsPerIp: 1 });
    expect(['a', 'a', 'b'].map((address) => desk.admit(address))).toEqual([
      'admitted',
      'address full',
      'admitted',
    ]);
    desk.release('a');
    expect(desk.admit('a')).toBe('admitted');
  });
});
