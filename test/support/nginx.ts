import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.js';
import { freePort } from './free-port.js';

/** A real nginx in front of a server. */
export interface Nginx {
  /** Where it listens, ending in a slash. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Debian's nginx on a free port, with as much configuration as a proxy needs that has never heard
 * of WebSockets: the headers of an upgrade aren't passed on.
 *
 * @param locations of the server block, instead of one that passes everything on
 */
export async function startNginx(
  upstreamPort: number,
  locations = plainLocation(upstreamPort),
): Promise<Nginx> {
  const directory = mkdtempSync(join(tmpdir(), 'tickchat-nginx-'));
  const port = await freePort();
  const path = join(directory, 'nginx.conf');
  writeFileSync(path, configuration(directory, port, locations));
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

function configuration(directory: string, port: number, locations: string): string {
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
  map $http_upgrade $tickchat_connection { default upgrade; '' ''; }
  server {
    listen 127.0.0.1:${port};
    location = /healthz { return 200; }
    ${locations}
  }
}
`;
}

function plainLocation(upstreamPort: number): string {
  return `location / {
      proxy_pass http://127.0.0.1:${upstreamPort};
      proxy_set_header Host $http_host;
    }`;
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(`${url}healthz`).catch(() => undefined);
  return response?.status === 200;
}
