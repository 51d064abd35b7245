import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.js';

/** A real nginx in front of a server. */
export interface Nginx {
  /** Where it listens, ending in a slash. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Debian's nginx on a free port, with as much configuration as a proxy needs that has never heard of
 * WebSockets: the headers of an upgrade aren't passed on.
 */
export async function startNginx(upstreamPort: number): Promise<Nginx> {
  const directory = mkdtempSync(join(tmpdir(), 'tickchat-nginx-'));
  const port = await freePort();
  const path = join(directory, 'nginx.conf');
  writeFileSync(path, configuration(directory, port, upstreamPort));
  const child = spawn('/usr/sbin/nginx', ['-p', directory, '-c', path, '-e', 'error.log'], {
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  const url = `http://127.0.0.1:${port}/`;
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await until('nginx answers', () => answers(url));
  } catch (error) {
    const log = readFileSync(join(directory, 'error.log'), 'utf8');
    await stop();
    throw new Error(log, { cause: error });
  }
  return { url, stop };
}

function configuration(directory: string, port: number, upstreamPort: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((what) => `${what}_temp_path ${join(directory, what)};`)
    .join('\n  ');
  return `user root;
daemon off;
worker_processes 1;
pid ${join(directory, 'nginx.pid')};
events { worker_connections 128; }
http {
  access_log off;
  ${temporary}
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://127.0.0.1:${upstreamPort};
      proxy_set_header Host $http_host;
    }
  }
}
`;
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(`${url}healthz`).catch(() => undefined);
  return response?.status === 200;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
