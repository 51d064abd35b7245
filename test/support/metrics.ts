/** The samples of a text in the format of Prometheus: `name{label="value"}` to value. */
export function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

/** What `/metrics` on this port of the loopback interface says now. */
export async function scrape(
  port: number,
): Promise<{ text: string; samples: Map<string, number> }> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`/metrics answered ${response.status}: ${text}`);
  return { text, samples: samplesOf(text) };
}
