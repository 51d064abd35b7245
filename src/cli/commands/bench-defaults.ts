/** Flags of `tickchat bench` as given on the command line; a flag that is not given is left out. */
export interface BenchFlags {
  readonly clients?: string;
  readonly senders?: string;
  readonly rate?: string;
  readonly closed?: true;
  readonly clock?: true;
  readonly size?: string;
  readonly seconds?: string;
  readonly warmup?: string;
  readonly rooms?: string;
  readonly workers?: string;
  readonly token?: string;
  readonly pid?: string;
  readonly json?: true;
}

/** Values of the flags that are not given. */
export const BENCH_DEFAULTS = {
  clients: '100',
  senders: '10',
  rate: '50',
  size: '64',
  seconds: '10',
  warmup: '1',
  rooms: '1',
} as const;

/** Smallest message of the load generator, bytes: the header that bench/payload.ts writes. */
export const MIN_MESSAGE_SIZE = 30;
