/** A row: name, value and an explanation. */
export type Row = readonly [name: string, value: string, note: string];

const NAME_WIDTH = 16;
const VALUE_WIDTH = 14;

/** Formats rows. With notes of up to 48 characters they fit into 80 columns. */
export function table(rows: readonly Row[]): string {
  return rows.map(line).join('\n');
}

/** Formats ms for a table. */
export function inMs(value: number): string {
  return `${value.toFixed(value < 10 ? 3 : 1)} ms`;
}

function line([name, value, note]: Row): string {
  return `${name.padEnd(NAME_WIDTH)}${value.padStart(VALUE_WIDTH)}  ${note}`.trimEnd();
}
