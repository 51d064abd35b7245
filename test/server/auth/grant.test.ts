import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { EXPIRED, Expiries } from '../../../src/server/auth/expiry.js';
import { startDaemon } from '../../support/daemon.js';
import { PlainClient } from '../../support/plain-client.js';
import { handshake, RawClient } from '../../support/raw-client.js';
import { clientFrame, OPCODE } from '../../support/raw-frames.js';
import { startTestServer, type TestServer } from '../../support/test-server.js';
import { inSeconds, keyOf, SECRET, TemporaryFiles, tokenWith } from '../../support/tokens.js';
import { until } from '../../support/until.js';
import { V1Client } from '../../support/v1-client.js';

describe('a token', () => {
  const files = new TemporaryFiles();
  const authSecretFile = files.write('secret', SECRET);
  let server: TestServer;

  afterEach(() => server?.stop());
  afterAll(() => files.remove());

  const start = async () => (server = await startTestServer({ authSecretFile, tick: '100ms' }));
  const join = async (claims: object, more: object = {}) =>
    V1Client.join(server.port, { token: await tokenWith(claims), ...more });

  it('gives one public id for one sub, over connections, protocols and keys', async () => {
    await start();
    const clients = [
      await join({ sub: 'ann' }, { key: 'one key of several' }),
      await join({ sub: 'ann', name: 'Ann' }, { key: 'another of these' }),
      await join({ sub: 'ben' }, { key: 'one key of several' }),
    ];
    const ids = (await Promise.all(clients.map((client) => client.hello()))).map(
      ({ you }) => you.id,
    );
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
    const plain = await PlainClient.connect(server.port, `?token=${await tokenWith()}`);
    plain.send('from plain');
    const said = await clients[0]?.next('msg');
    expect(said).toMatchObject({ from: { id: ids[0], name: 'guest' } });
  });

  it('fixes the display name if it has one', async () => {
    await start();
    const ann = await join({ name: 'Ann' }, { name: 'Ben' });
    expect((await ann.hello()).you.name).toBe('Ann');
    ann.send('name', { name: 'Ben' });
    const code = 'forbidden';
    expect(await ann.next('fail')).toEqual({ code, text: 'the name is that of the token' });
    ann.send('msg', { id: '1', text: 'who am I?' });
    expect((await ann.next('msg')).from.name).toBe('Ann');
    const free = await join({}, { name: 'Cid' });
    free.send('name', { name: 'Dan' });
    free.send('msg', { id: '2', text: 'and I?' });
    expect((await ann.next('msg', 1)).from.name).toBe('Dan');
  });

  it('rejects messages if it is for reading only', async () => {
    await start();
    const claims = { write: false };
    const [reader, writer] = [await join(claims), await join({ sub: 'ben' })];
    const plain = await PlainClient.connect(server.port, `?token=${await tokenWith(claims)}`);
    reader.send('msg', { id: 'x', text: 'may I?' });
    expect(await reader.next('fail')).toEqual({
      id: 'x',
      code: 'forbidden',
      text: 'the token is for reading only',
    });
    plain.send('or I?');
    await plain.inbox.until('both counted', () => server.stats.dropped === 2);
    writer.send('msg', { id: 'y', text: 'only I' });
    expect(await plain.untilMessages(1)).toEqual(['only I']);
    expect((await reader.next('msg')).text).toBe('only I');
  });

  it('closes its connections when it expires', async () => {
    await start();
    const claims = { exp: inSeconds(-1) }; // valid for 4 s more by the tolerance for clocks
    const [v1, plain, other] = [
      await join(claims),
      await PlainClient.connect(server.port, `?token=${await tokenWith(claims)}`),
      await join({}),
    ];
    const closed = { code: 4003, reason: 'the token has expired' };
    expect(await Promise.all([v1.closed, plain.closed])).toEqual([closed, closed]);
    other.send('sync', { t0: 1 });
    await other.next('sync');
  });

  it('is checked with the reloaded secret; open connections are kept', async () => {
    const changing = files.write('changing', SECRET);
    server = await startTestServer({ authSecretFile: changing, tick: '100ms' });
    const early = await join({});
    files.write('changing', `${SECRET}, another`);
    expect((await server.reload()).errors).toEqual([]);
    const late = await V1Client.connect(server.port);
    late.send('join', { token: await tokenWith() });
    expect(await late.closed).toMatchObject({ code: 4003 });
    const token = await tokenWith({}, keyOf(`${SECRET}, another`));
    await V1Client.join(server.port, { token });
    early.send('sync', { t0: 1 });
    await early.next('sync');
    files.write('changing', '');
    const [fault] = (await server.reload()).errors;
    expect(fault).toContain('holds 0 bytes');
  });

  it('may be under check while a plain client sends: no message is lost', async () => {
    await start();
    const client = new RawClient(server.port);
    const open = handshake({}, `/ws?token=${await tokenWith()}`);
    client.send(Buffer.concat([Buffer.from(open), clientFrame(OPCODE.text, 'with it')]));
    client.sendFrame(OPCODE.text, 'behind it');
    await client.untilMessage('with it');
    await client.untilMessage('behind it');
    client.socket.destroy();
  });

  it('may be under check when the connection is reset: the slot is released', async () => {
    server = await startTestServer({ authSecretFile, tick: '100ms', maxClients: '1' });
    const token = await tokenWith();
    for (let i = 0; i < 50; i++) {
      const client = new RawClient(server.port);
      client.socket.once('connect', () => {
        const open = handshake({}, `/ws?token=${token}`);
        client.socket.write(open, () => client.socket.resetAndDestroy());
      });
      await client.closed;
    }
    await until('all closed', () => server.online === 0);
    let admitted: PlainClient | undefined;
    await until('a free slot', async () => {
      admitted = await PlainClient.connect(server.port, `?token=${token}`).catch(() => undefined);
      return admitted !== undefined;
    });
    await admitted?.untilTicks(1);
  });

  it('may be under check while a v1 client sends: frames are handled in order', async () => {
    await start();
    const client = await V1Client.connect(server.port);
    client.send('join', { token: await tokenWith() });
    client.send('msg', { id: '1', text: 'at once' });
    client.send('join', {});
    expect((await client.next('msg')).text).toBe('at once');
    expect(await client.next('fail')).toMatchObject({ text: 'already joined' });
  });
});

describe('expiries', () => {
  it('close each connection once, when its token expires', () => {
    let now = 1000;
    const ended: string[] = [];
    const expiring = (name: string) => ({
      close: (why: unknown) => ended.push(why === EXPIRED ? name : 'why?'),
    });
    const expiries = new Expiries(() => now);
    const [first, gone] = [expiring('first'), expiring('gone')];
    expiries.add(first, 2000);
    expiries.add(gone, 2000);
    expiries.add(expiring('second'), 2001);
    expiries.delete(gone);
    for (now of [1999, 2000, 2001, 3000]) {
      expiries.sweep();
      ended.push(String(now));
    }
    expect(ended).toEqual(['1999', 'first', '2000', 'second', '2001', '3000']);
  });
});

describe('a token in a URL', () => {
  const files = new TemporaryFiles();
  afterAll(() => files.remove());

  it('appears in no line of the log', async () => {
    const secretFile = files.write('secret', SECRET);
    const args = ['--auth-secret-file', secretFile, '--log-level', 'trace'];
    const daemon = await startDaemon(args);
    const [good, bad] = [await tokenWith(), await tokenWith({ exp: 1 })];
    const client = await PlainClient.connect(daemon.port, `?token=${good}`);
    await PlainClient.connect(daemon.port, `?token=${bad}`).catch(() => {});
    const v1 = await V1Client.connect(daemon.port);
    v1.send('join', { token: bad });
    await v1.closed;
    client.ws.terminate();
    await daemon.stop();
    const lines = daemon.logLines().join('\n');
    expect(lines).toContain('the token has expired');
    for (const token of [good, bad]) expect(lines).not.toContain(token.split('.')[2]);
    expect(lines).not.toContain(SECRET);
  });
});
