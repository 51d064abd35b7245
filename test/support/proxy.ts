import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './root.js';
import { until } from './until.js';

/** A proxy that runs one of `deploy/`'s samples. */
export type ProxyName = 'nginx' | 'haproxy' | 'caddy';

/** A proxy of Debian's that takes the TLS off in front of a server. */
export interface Proxy {
  /** TLS port, as `chat.example.com` with a self-signed certificate. */
  readonly port: number;
  stop(): Promise<void>;
}

/** Setup of a proxy: its own folder, the ports to listen on, the port of the server. */
interface Setup {
  readonly folder: string;
  readonly plainPort: number;
  readonly port: number;
  readonly backend: number;
}

interface Recipe {
  readonly sample: string;
  /** Adapts the sample to this setup, and nothing else in it. */
  readonly fit: (sample: string, setup: Setup) => string;
  /** The command that checks what `fit` made, in the file `config`, and the one that runs it. */
  readonly check: (config: string) => readonly string[];
  readonly run: (config: string) => readonly string[];
}

const RECIPES: Readonly<Record<ProxyName, Recipe>> = {
  nginx: {
    sample: 'deploy/nginx.conf',
    fit: (sample, setup) => nginxAround(setup.folder, fitNginx(sample, setup)),
    check: (config) => ['nginx', '-t', '-q', '-e', 'stderr', '-c', config],
    run: (config) => ['nginx', '-e', 'stderr', '-c', config],
  },
  haproxy: {
    sample: 'deploy/haproxy.cfg',
    fit: (sample, { folder, plainPort, port, backend }) =>
      sample
        .replace('maxconn 25000', 'maxconn 100') // more needs more descriptors than a test may have
        .replace('bind :80\n', `bind 127.0.0.1:${plainPort}\n`)
        .replace('bind :443 ', `bind 127.0.0.1:${port} `)
        .replace('/etc/haproxy/chat.example.com.pem', join(folder, 'both.pem'))
        .replace('127.0.0.1:9876', `127.0.0.1:${backend}`),
    check: (config) => ['haproxy', '-c', '-q', '-f', config],
    run: (config) => ['haproxy', '-db', '-f', config],
  },
  caddy: {
    sample: 'deploy/Caddyfile',
    fit: (sample, { folder, port, backend }) =>
      sample
        .replace(
          /^chat\.example\.com \{$/m,
          '{\n\tadmin off\n\tauto_https disable_redirects\n}\n' +
            `https://chat.example.com:${port} {\n\tbind 127.0.0.1\n` +
            `\ttls ${join(folder, 'cert.pem')} ${join(folder, 'key.pem')}`,
        )
        .replace('127.0.0.1:9876', `127.0.0.1:${backend}`),
    check: (config) => ['caddy', 'validate', '--adapter', 'caddyfile', '--config', config],
    run: (config) => ['caddy', 'run', '--adapter', 'caddyfile', '--config', config],
  },
};

function fitNginx(sample: string, { folder, plainPort, port, backend }: Setup): string {
  return sample
    .replaceAll(/^ *listen \[::\].*\n/gm, '')
    .replace('listen 80;', `listen 127.0.0.1:${plainPort};`)
    .replace('listen 443 ', `listen 127.0.0.1:${port} `)
    .replaceAll('/var/log/nginx/tickchat.log', join(folder, 'access.log'))
    .replace('/etc/ssl/chat.example.com/fullchain.pem', join(folder, 'cert.pem'))
    .replace('/etc/ssl/chat.example.com/privkey.pem', join(folder, 'key.pem'))
    .replace('127.0.0.1:9876', `127.0.0.1:${backend}`);
}

/** What stands around the files of sites-enabled, with everything in one folder. */
function nginxAround(folder: string, site: string): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `  ${name}_temp_path ${join(folder, name)};\n`)
    .join('');
  return `daemon off;
user root;
worker_processes 1;
error_log stderr warn;
pid ${join(folder, 'pid')};
events { worker_connections 256; }
http {
${paths}${site}
}
`;
}

/**
 * Starts a proxy by its sample in `deploy/`, with the addresses and files in it replaced, in front
 * of the server on port `backend`. Resolves when it listens; rejects, with what it wrote, when it
 * ends before, or when its own check of the configuration fails.
 */
export async function startProxy(name: ProxyName, backend: number): Promise<Proxy> {
  const { sample, fit, check, run } = RECIPES[name];
  const folder = mkdtempSync(join(tmpdir(), `tickchat-${name}-`));
  let child: ChildProcess | undefined;
  try {
    makeCertificate(folder);
    const [plainPort, port] = await freePorts();
    const place = { folder, plainPort, port, backend };
    const config = join(folder, 'config');
    writeFileSync(config, fit(readFileSync(join(ROOT, sample), 'utf8'), place));
    runToEnd(check(config), folder);
    child = start(run(config), folder);
    await Promise.race([until(`${name} listens`, () => listensOn(port)), endedEarly(child)]);
    const running = child;
    return { port, stop: () => stop(running, folder) };
  } catch (error) {
    await stop(child, folder);
    throw error;
  }
}

function makeCertificate(folder: string): void {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const command =
    'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 ' +
    '-subj /CN=chat.example.com -addext subjectAltName=DNS:chat.example.com';
  runToEnd([...command.split(' '), '-keyout', key, '-out', cert], folder);
  writeFileSync(join(folder, 'both.pem'), readFileSync(cert, 'utf8') + readFileSync(key, 'utf8'));
}

/** Runs a command to its end. @throws with what it wrote unless its exit status is 0 */
function runToEnd([command = '', ...args]: readonly string[], folder: string): void {
  const options = { encoding: 'utf8', env: environment(folder) } as const;
  const { error, status, stdout, stderr } = spawnSync(command, args, options);
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}:\n${stdout}${stderr}`);
}

function start([command = '', ...args]: readonly string[], folder: string): ChildProcess {
  const child = spawn(command, args, {
    env: environment(folder),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const endWithTests = (): boolean => child.kill('SIGKILL');
  process.once('exit', endWithTests);
  child.once('exit', () => process.off('exit', endWithTests));
  return child;
}

/** Caddy keeps things in the home directory. */
function environment(folder: string): NodeJS.ProcessEnv {
  return { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
}

async function endedEarly(child: ChildProcess): Promise<never> {
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await once(child, 'close');
  throw new Error(`the proxy ended (${child.signalCode ?? child.exitCode}):\n${stderr}`);
}

async function stop(child: ChildProcess | undefined, folder: string): Promise<void> {
  if (child?.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Two ports that nobody listened on a moment ago. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const;
  const ports = servers.map(async (server) => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port; // a TCP server's address is never a path
  });
  const [first = 0, second = 0] = await Promise.all(ports);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return [first, second];
}

function listensOn(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
