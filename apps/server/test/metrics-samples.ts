import { expect } from 'vitest';
import { send } from './plain-fetch.ts';

/** The samples of a server's `/metrics` by name and labels, such as `name{label="value"}`. */
export async function metricsSamples(url: string): Promise<Map<string, number>> {
  const { status, headers, text } = await send(`${url}/metrics`);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.replace(/ \S+$/, ''), Number(line.match(/\S+$/)?.[0])]));
}
