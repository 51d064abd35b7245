import { describe, expect, test } from '@jest/globals';
import { parseBenchPlan } from '../../../src/cli/bench/arguments.js';
import type { BenchFlags } from '../../../src/cli/commands/bench-defaults.js';
import { UsageError } from '../../../src/cli/errors.js';

const URL = 'http://localhost:9876/';

describe('bench arguments', () => {
  test('take the page or the WebSocket for the server', () => {
    const page = { host: 'localhost', port: 9876, path: '/ws', room: 'bench' };
    expect(parseBenchPlan(URL, {}).target).toEqual(page);
    expect(parseBenchPlan('http://localhost:9876', {}).target).toEqual(page);
    expect(parseBenchPlan('localhost:9876', {}).target).toEqual(page);
    expect(parseBenchPlan('ws://[::1]:80/other?room=x', {}).target).toEqual({
      host: '::1',
      port: 80,
      path: '/other',
      room: 'x',
    });
  });

  test('take https and wss for TLS, by default on port 443', () => {
    const target = { host: 'example.org', port: 443, path: '/ws', room: 'bench', tls: {} };
    expect(parseBenchPlan('https://example.org/', {}).target).toEqual(target);
    expect(parseBenchPlan('wss://example.org/ws?room=bench', {}).target).toEqual(target);
    expect(parseBenchPlan(URL, {}).target.tls).toBeUndefined();
    expect(parseBenchPlan('ws://example.org', {}).target.port).toBe(80);
  });

  test('have defaults that a server with its own defaults lets through', () => {
    const plan = parseBenchPlan(URL, {});
    expect(plan).toMatchObject({ clients: 100, senders: 10, size: 64, rooms: 1, windowMs: 10_000 });
    expect(plan.load).toEqual({ kind: 'rate', perSecond: 50 });
  });

  test('let everybody send in a closed loop', () => {
    const plan = parseBenchPlan(URL, { clients: '32', closed: true });
    expect(plan.load).toEqual({ kind: 'closed' });
    expect(plan.senders).toBe(32);
  });

  test('let nobody send at a rate of 0', () => {
    expect(parseBenchPlan(URL, { rate: '0' }).senders).toBe(0);
  });

  test('take fewer clients than the usual number of senders', () => {
    expect(parseBenchPlan(URL, { clients: '3' }).senders).toBe(3);
  });

  test.each<[string, BenchFlags, RegExp]>([
    ['ftp://localhost/', {}, /takes host:port, or a URL such as/],
    ['local host', {}, /takes host:port, or a URL such as/],
    [URL, { clients: '0' }, /^--clients "0": takes a whole number from 1/],
    [URL, { clients: '1e3' }, /^--clients "1e3"/],
    [URL, { clients: '5', senders: '6' }, /^--senders "6": takes a whole number from 1 to 5$/],
    [URL, { size: '29' }, /^--size "29": takes a whole number from 30/],
    [URL, { seconds: '-1' }, /^--seconds "-1": takes seconds/],
    [URL, { seconds: '1.2.3' }, /^--seconds/],
    [URL, { clients: '2', rooms: '3' }, /^--rooms "3": takes a whole number from 1 to 2$/],
    [URL, { closed: true, rate: '5' }, /^--rate: can't be combined with --closed$/],
    [URL, { pid: 'x' }, /^--pid "x"/],
    [URL, { clients: '100000', senders: '1000' }, /^--senders 1000: too many/],
  ])('refuse %s with %j in one line', (url, flags, line) => {
    const parse = () => parseBenchPlan(url, flags);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(line);
  });
});
