import { describe, expect, it } from '@jest/globals';
import { startDaemon } from './daemon.js';

describe('daemon', () => {
  it('is ready when the promise resolves, and it is the one that answers', async () => {
    const daemon = await startDaemon();
    expect(await (await fetch(`${daemon.url}healthz`)).text()).toContain('ok');
    expect(daemon.logLines()[0]).toContain(String(daemon.port));
    expect(await daemon.stop()).toEqual({ code: 0, signal: null, stderr: '' });
    await expect(fetch(daemon.url)).rejects.toThrow();
  });

  it('can be ended at once', async () => {
    const daemon = await startDaemon();
    expect(await daemon.kill()).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(await daemon.exited).toMatchObject({ signal: 'SIGKILL' });
  });

  it('is configured by its arguments and the variables given, by no others', async () => {
    process.env['TICKCHAT_TICK'] = 'nonsense';
    try {
      const daemon = await startDaemon(['--log-level', 'info'], { TICKCHAT_TICK: '250ms' });
      expect(daemon.logLines()[0]).toContain('"tickMs":250');
      await daemon.stop();
    } finally {
      delete process.env['TICKCHAT_TICK'];
    }
  });

  it('rejects with what the process said when it ends early', async () => {
    await expect(startDaemon(['--tick', 'soon'])).rejects.toThrow(/\(2\)[^]*--tick/);
  });
});
