import { describe, expect, it } from '@jest/globals';
import { AdmissionDesk } from '../../src/server/admission.js';

describe('admission desk', () => {
  it('admits up to the limit of all, and again when a place is given back', () => {
    const desk = new AdmissionDesk({ maxClients: 2, maxClientsPerIp: 0 });
    const first = desk.admit('a');
    desk.admit('b');
    expect(desk.admit('c')).toEqual({ admitted: false, why: 'full' });
    if (first.admitted) first.release();
    expect(desk.admit('c').admitted).toBe(true);
  });

  it('admits up to the limit of an address, whatever others do', () => {
    const desk = new AdmissionDesk({ maxClients: 0, maxClientsPerIp: 1 });
    const first = desk.admit('a');
    expect(desk.admit('a')).toEqual({ admitted: false, why: 'address full' });
    expect(desk.admit('b').admitted).toBe(true);
    if (first.admitted) first.release();
    expect(desk.admit('a').admitted).toBe(true);
  });

  it('takes a place back only once', () => {
    const desk = new AdmissionDesk({ maxClients: 2, maxClientsPerIp: 0 });
    const first = desk.admit('a');
    desk.admit('a');
    if (first.admitted) {
      first.release();
      first.release();
    }
    expect(desk.admit('a').admitted).toBe(true);
    expect(desk.admit('a').admitted).toBe(false);
  });
});
