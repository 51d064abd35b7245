/**
 * Maximum depth of JSON. A level costs a parser about 100 ns, fifty times as much as another
 * character, so a frame of brackets alone would block the server.
 */
const MAX_DEPTH = 64;

/** Length up to which the depth is not checked: such a text costs less than 1 ms, however deep. */
const CHEAP_LENGTH = 4096;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The object that `json` holds; undefined if it is another value, no JSON, or too deep. */
export function jsonObjectIn(json: string): Readonly<Record<string, unknown>> | undefined {
  if (json.length > CHEAP_LENGTH && isTooDeep(json)) return undefined;
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether `value` is an object as `{…}` gives in JSON. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTooDeep(json: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const unit = json.charCodeAt(i);
    if (unit === QUOTE) inString = !inString;
    else if (inString) i += unit === BACKSLASH ? 1 : 0;
    else if (unit === 0x5b || unit === 0x7b) depth += 1;
    else if (unit === 0x5d || unit === 0x7d) depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}
