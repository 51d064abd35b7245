const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/;
const MS_PER: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `250ms`, `1s`, `1.5s`, `2m`, `1h` as whole ms; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  return parseUnit(text, DURATION, MS_PER);
}

const SIZE = /^(\d{1,9}(?:\.\d{1,3})?)(|b|kb|mb)$/;
const BYTES_PER: Readonly<Record<string, number>> = { '': 1, b: 1, kb: 1024, mb: 1024 * 1024 };

/** `4096`, `64kb`, `1mb` (of 1024) as whole bytes; undefined for anything else. */
export function parseSize(text: string): number | undefined {
  return parseUnit(text, SIZE, BYTES_PER);
}

/** Decimal digits as a number; undefined for anything else. */
export function parseWhole(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Whole ms in the largest unit that fits: 90000 is `90s`, 60000 `1m`. */
export function formatDuration(ms: number): string {
  const fits = (unit: string): boolean => ms > 0 && ms % (MS_PER[unit] ?? 1) === 0;
  const unit = ['h', 'm', 's'].find(fits) ?? 'ms';
  return `${ms / (MS_PER[unit] ?? 1)}${unit}`;
}

function parseUnit(
  text: string,
  pattern: RegExp,
  factors: Readonly<Record<string, number>>,
): number | undefined {
  const [, digits, unit] = pattern.exec(text.trim().toLowerCase()) ?? [];
  const factor = factors[unit ?? ''];
  if (digits === undefined || factor === undefined) return undefined;
  const value = Number(digits) * factor;
  return Number.isInteger(value) ? value : undefined;
}
