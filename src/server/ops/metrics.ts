import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Hub } from '../hub.js';
import type { Stats } from '../stats.js';
import { VERSION } from '../version.js';

/** Where the figures are, read when somebody asks for them. */
export interface Observed {
  readonly stats: Readonly<Stats>;
  readonly hub: Pick<Hub, 'census'>;
}

/** Upper ends of the buckets of both histograms, s. */
const BUCKETS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** They walk over every connection at each scrape, and are gauges with a counter's name. */
const UNWANTED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** Event loop delay is sampled so often, ms. */
const LOOP_SAMPLE_MS = 10;

/**
 * The figures in the text format of Prometheus. Counting costs the server nothing that it doesn't
 * do anyway; only the two histograms are told of each tick and of each message.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #lateness: Histogram;
  readonly #append: Histogram;
  readonly #takeStock: () => void;

  constructor(observed: Observed) {
    const registers = [this.#registry];
    collectDefaultMetrics({
      register: this.#registry,
      eventLoopMonitoringPrecision: LOOP_SAMPLE_MS,
    });
    for (const name of UNWANTED) this.#registry.removeSingleMetric(name);
    registerCounters(this.#registry, observed);
    this.#takeStock = stockTaker(this.#registry, observed.hub);
    this.#lateness = new Histogram({
      name: 'tickchat_tick_lateness_seconds',
      help: 'How long after its boundary a tick was emitted.',
      buckets: BUCKETS_S,
      registers,
    });
    this.#append = new Histogram({
      name: 'tickchat_append_duration_seconds',
      help: 'How long the log took to take a message in, on the disk if it has one.',
      buckets: BUCKETS_S,
      registers,
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** A tick was emitted so late, ms. */
  tickEmitted(latenessMs: number): void {
    this.#lateness.observe(Math.max(0, latenessMs) / 1000);
  }

  /** The log has taken a message in, which took so long, ms. */
  appended(durationMs: number): void {
    this.#append.observe(durationMs / 1000);
  }

  /** All figures, as of now. */
  text(): Promise<string> {
    this.#takeStock();
    return this.#registry.metrics();
  }
}

function registerCounters(registry: Registry, { stats }: Observed): void {
  const counter = (name: string, help: string, read: () => number): void => {
    void new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  };
  counter('tickchat_accepted_total', 'Connections taken in.', () => stats.accepted);
  counter('tickchat_messages_total', 'Messages taken into the log.', () => stats.messages);
  counter('tickchat_dropped_total', 'Frames that were not accepted.', () => stats.dropped);
  counter(
    'tickchat_deliveries_total',
    'Messages given to clients, each client counted.',
    () => stats.deliveries,
  );
  counter('tickchat_sent_bytes_total', 'Bytes of frames given to clients.', () => stats.bytesOut);
  counter('tickchat_ticks_total', 'Ticks emitted.', () => stats.ticks);
  counter('tickchat_skipped_ticks_total', 'Ticks passed over.', () => stats.skippedTicks);

  const labelled = (name: string, help: string, label: string, counts: Counts): void => {
    void new Counter({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        this.reset();
        for (const [value, count] of Object.entries(counts)) this.inc({ [label]: value }, count);
      },
    });
  };
  labelled('tickchat_refusals_total', 'Handshakes refused.', 'reason', stats.refusals);
  labelled('tickchat_closed_total', 'Clients that the server closed.', 'code', stats.closed);
  labelled('tickchat_left_total', 'Clients that left or were lost.', 'code', stats.left);
}

type Counts = Readonly<Record<string, number>>;

/** What is taken stock of when somebody asks. */
function stockTaker(registry: Registry, hub: Observed['hub']): () => void {
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const clients = gauge(
    'tickchat_clients',
    'Clients connected, by what they speak; joining: in no room yet.',
    ['kind'],
  );
  const rooms = gauge('tickchat_rooms', 'Rooms that somebody is in.');
  const queued = gauge('tickchat_queued_bytes', 'Bytes that wait for clients to read.');
  const build = gauge('tickchat_build_info', 'Version of the server and of Node.', [
    'version',
    'node',
  ]);
  build.set({ version: VERSION, node: process.version }, 1);
  return () => {
    const { rooms: awake, queuedBytes, ...kinds } = hub.census();
    for (const [kind, n] of Object.entries(kinds)) clients.set({ kind }, n);
    rooms.set(awake);
    queued.set(queuedBytes);
  };
}
