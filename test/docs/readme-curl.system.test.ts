import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '../support/root.js';
import { startTestServer } from '../support/test-server.js';
import { V1Client } from '../support/v1-client.js';

const run = promisify(execFile);

describe('the curl command', () => {
  it.each(['README.md', 'docs/PROTOCOL.md'])('of %s says what it says', async (file) => {
    const [command = ''] = /^curl -d .*$/m.exec(readFileSync(join(ROOT, file), 'utf8')) ?? [];
    const server = await startTestServer();
    const reader = await V1Client.join(server.port);
    const here = command.replace('localhost:9876', `127.0.0.1:${server.port}`);
    const { stdout } = await run('bash', ['-c', `${here} --silent --show-error --fail`]);
    expect(JSON.parse(stdout)).toMatchObject({ seq: 1, text: 'deploy done', duplicate: false });
    expect((await reader.next('msg')).text).toBe('deploy done');
    await server.stop();
  });
});
