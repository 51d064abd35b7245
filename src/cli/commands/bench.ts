import { Command, Option } from 'commander';
import { BENCH_DEFAULTS, MIN_MESSAGE_SIZE, type BenchFlags } from './bench-defaults.js';

const HELP = `
Latency is measured from the sending client to each receiving one. Ticks are
compared with a grid through the earliest of them, so a delay that all ticks
share is not seen. Messages go to the room of the URL, or to "bench". The limits
of the server (--rate, --max-clients, --max-clients-per-ip) apply to the load
too. With https and wss the certificate has to be trusted; NODE_EXTRA_CA_CERTS
can name its issuers. Exit status: 1 if the server can't be reached, or if
messages were lost or out of order.`;

/** Declares `tickchat bench`. */
export function benchCommand(): Command {
  return new Command('bench')
    .description('Load a server and measure its fan-out and its clock.')
    .argument('<url>', 'HOST:PORT, http[s]://HOST:PORT/ or ws[s]://HOST:PORT/ws?room=NAME')
    .addOption(row('--clients <number>', 'connections', BENCH_DEFAULTS.clients))
    .addOption(
      row(
        '--senders <number>',
        'clients that also send',
        `${BENCH_DEFAULTS.senders}; all with --closed`,
      ),
    )
    .addOption(
      row(
        '--rate <number>',
        'messages per second of all senders together; 0: ticks only',
        BENCH_DEFAULTS.rate,
      ),
    )
    .option(
      '--closed',
      'each sender sends again when it has one message of each sender in its room',
    )
    .addOption(
      row(
        '--size <bytes>',
        `length of a message, at least ${MIN_MESSAGE_SIZE}`,
        BENCH_DEFAULTS.size,
      ),
    )
    .addOption(row('--seconds <number>', 'length of the measurement', BENCH_DEFAULTS.seconds))
    .addOption(
      row('--warmup <number>', 'seconds of load before the measurement', BENCH_DEFAULTS.warmup),
    )
    .addOption(
      row('--rooms <number>', 'rooms that the clients are spread over', BENCH_DEFAULTS.rooms),
    )
    .addOption(row('--workers <number>', 'threads of the load generator', 'half the cores'))
    .option(
      '--clock',
      "measure the clients' clocks and ticks instead; accurate only on the server's machine",
    )
    .option('--token <token>', 'token that all clients send, for a server that requires one')
    .option('--pid <pid>', 'process of a server on this machine: adds its CPU and memory')
    .option('--json', 'print the report as one JSON object')
    .addHelpText('after', HELP)
    .allowExcessArguments(false)
    .action(async (url: string, flags: BenchFlags) =>
      (await import('../bench.js')).bench(url, flags),
    );
}

function row(flags: string, help: string, unset: string): Option {
  return new Option(flags, `${help} (default: ${unset})`);
}
