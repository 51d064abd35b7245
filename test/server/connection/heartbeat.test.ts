import { describe, expect, it } from '@jest/globals';
import {
  Heartbeat,
  newHeartbeatState,
  type Monitored,
} from '../../../src/server/connection/heartbeat.js';

/** There is one sweep per second: the number of a sweep is the time in seconds. */
function watched(
  heartbeat: Heartbeat,
  connections: Set<Monitored>,
  answers: (second: number) => boolean,
) {
  const connection = {
    heartbeat: newHeartbeatState(),
    pings: [] as number[],
    terminatedAt: undefined as number | undefined,
    second: 0,
    isAlive: () => answers(connection.second),
    ping: () => {
      connection.pings.push(connection.second);
    },
    terminate: () => {
      connection.terminatedAt = connection.second;
      connections.delete(connection);
    },
  };
  connections.add(connection);
  heartbeat.schedule(connection);
  return connection;
}

function sweep(heartbeat: Heartbeat, seconds: number, all: Array<{ second: number }>): void {
  for (let second = 1; second <= seconds; second++) {
    for (const connection of all) connection.second = second;
    heartbeat.sweep();
  }
}

describe('heartbeat', () => {
  it('pings a connection every 25 s', () => {
    const connections = new Set<Monitored>();
    const heartbeat = new Heartbeat(() => connections);
    const connection = watched(heartbeat, connections, () => true);
    sweep(heartbeat, 100, [connection]);
    expect(connection.pings).toEqual([1, 26, 51, 76]);
    expect(connection.terminatedAt).toBeUndefined();
  });

  it('spreads the pings of many connections evenly', () => {
    const connections = new Set<Monitored>();
    const heartbeat = new Heartbeat(() => connections);
    const all = Array.from({ length: 1000 }, () => watched(heartbeat, connections, () => true));
    sweep(heartbeat, 25, all);
    for (let second = 1; second <= 25; second++) {
      expect(all.filter((connection) => connection.pings.includes(second))).toHaveLength(40);
    }
  });

  it('terminates a connection that has been silent for 60 s, within one visit', () => {
    const connections = new Set<Monitored>();
    const heartbeat = new Heartbeat(() => connections);
    const connection = watched(heartbeat, connections, (second) => second <= 100);
    sweep(heartbeat, 300, [connection]);
    expect(connection.terminatedAt).toBeGreaterThanOrEqual(155);
    expect(connection.terminatedAt).toBeLessThanOrEqual(165);
  });

  it('keeps a connection that answers now and then', () => {
    const connections = new Set<Monitored>();
    const heartbeat = new Heartbeat(() => connections);
    const connection = watched(heartbeat, connections, (second) => second % 50 < 5);
    sweep(heartbeat, 1000, [connection]);
    expect(connection.terminatedAt).toBeUndefined();
  });

  it('does not visit a closed connection', () => {
    const connections = new Set<Monitored>();
    const heartbeat = new Heartbeat(() => connections);
    const connection = watched(heartbeat, connections, () => false);
    connections.delete(connection);
    sweep(heartbeat, 300, [connection]);
    expect(connection.pings).toEqual([]);
    expect(connection.terminatedAt).toBeUndefined();
  });
});
