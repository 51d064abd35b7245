import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  FAILURE_KINDS,
  type FailureCounts,
  type FailureKind,
  type FailureName,
} from './failures.js';
import type { ConnectionCounts, Stats } from './stats.js';
import { VERSION } from './version.js';

/** Sources of the metrics, read at each scrape. */
export interface Observed {
  readonly stats: Readonly<Stats>;
  readonly failures: { readonly counts: FailureCounts };
  readonly connections: { counts(): ConnectionCounts };
}

/** Upper bounds of the buckets of both histograms, s. */
const BUCKETS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Defaults that are removed: gauges named like counters, which visit every connection. */
const UNWANTED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** Interval at which the event loop delay is sampled, ms. */
const LOOP_SAMPLE_MS = 10;

/**
 * The metrics in the text format of Prometheus. Counters are read from {@link Stats} at a scrape;
 * only the two histograms are updated at each tick and each message.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #lateness: Histogram;
  readonly #append: Histogram;
  readonly #updateGauges: () => void;

  constructor(observed: Observed) {
    const registers = [this.#registry];
    collectDefaultMetrics({
      register: this.#registry,
      eventLoopMonitoringPrecision: LOOP_SAMPLE_MS,
    });
    for (const name of UNWANTED) this.#registry.removeSingleMetric(name);
    registerCounters(this.#registry, observed);
    registerFailures(this.#registry, observed.failures);
    this.#updateGauges = gaugeUpdater(this.#registry, observed.connections);
    this.#lateness = new Histogram({
      name: 'tickchat_tick_lateness_seconds',
      help: 'How long after its boundary a tick was emitted.',
      buckets: BUCKETS_S,
      registers,
    });
    this.#append = new Histogram({
      name: 'tickchat_append_duration_seconds',
      help: 'How long the log took to append a message, fsync included.',
      buckets: BUCKETS_S,
      registers,
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Records how late a tick was emitted, ms. */
  tickEmitted(latenessMs: number): void {
    this.#lateness.observe(Math.max(0, latenessMs) / 1000);
  }

  /** Records how long the log took to append a message, ms. */
  appended(durationMs: number): void {
    this.#append.observe(durationMs / 1000);
  }

  /** All metrics, as of now. */
  text(): Promise<string> {
    this.#updateGauges();
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
  counter('tickchat_accepted_total', 'Connections accepted.', () => stats.accepted);
  counter('tickchat_messages_total', 'Messages logged.', () => stats.messages);
  counter('tickchat_dropped_total', 'Frames that were not accepted.', () => stats.dropped);
  counter(
    'tickchat_deliveries_total',
    'Messages sent to clients, counted once for each client.',
    () => stats.deliveries,
  );
  counter('tickchat_sent_bytes_total', 'Bytes of frames sent to clients.', () => stats.bytesOut);
  counter('tickchat_ticks_total', 'Ticks emitted.', () => stats.ticks);
  counter('tickchat_skipped_ticks_total', 'Ticks skipped.', () => stats.skippedTicks);

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
  labelled('tickchat_refusals_total', 'Handshakes rejected.', 'reason', stats.refusals);
  labelled('tickchat_closed_total', 'Clients that the server closed.', 'code', stats.closed);
  labelled('tickchat_left_total', 'Clients that left or were lost.', 'code', stats.left);
}

type Counts = Readonly<Record<string, number>>;

/** Registers the counters of {@link FAILURE_KINDS}. Kinds that share a metric differ in a label. */
function registerFailures(registry: Registry, failures: Observed['failures']): void {
  const names = Object.keys(FAILURE_KINDS) as FailureName[];
  const kindOf = (name: FailureName): FailureKind => FAILURE_KINDS[name];
  for (const metric of new Set(names.map((name) => kindOf(name).metric))) {
    const ofMetric = names.filter((name) => kindOf(name).metric === metric);
    void new Counter({
      name: metric,
      help: ofMetric.map((name) => kindOf(name).help)[0] ?? '',
      labelNames: [...new Set(ofMetric.flatMap((name) => kindOf(name).label?.[0] ?? []))],
      registers: [registry],
      collect() {
        this.reset();
        for (const name of ofMetric) {
          const { label } = kindOf(name);
          this.inc(label === undefined ? {} : { [label[0]]: label[1] }, failures.counts[name]);
        }
      },
    });
  }
}

/** Registers the gauges; returns the function that updates them at a scrape. */
function gaugeUpdater(registry: Registry, connections: Observed['connections']): () => void {
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const clients = gauge(
    'tickchat_clients',
    'Clients connected, by protocol and transport; joining: in no room yet.',
    ['kind'],
  );
  const rooms = gauge('tickchat_rooms', 'Rooms with clients.');
  const queued = gauge('tickchat_queued_bytes', 'Bytes queued for clients that read too slowly.');
  const build = gauge('tickchat_build_info', 'Version of the server and of Node.', [
    'version',
    'node',
  ]);
  build.set({ version: VERSION, node: process.version }, 1);
  return () => {
    const { rooms: roomCount, queuedBytes, ...kinds } = connections.counts();
    for (const [kind, n] of Object.entries(kinds)) clients.set({ kind }, n);
    rooms.set(roomCount);
    queued.set(queuedBytes);
  };
}
