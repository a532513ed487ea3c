import { Agent, type IncomingMessage, request } from 'node:http';
import { expect } from 'vitest';

type RecordedRequest = {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  /** A string is sent unchanged, anything else as JSON. */
  body?: unknown;
  /** For a reply that does not end: matches the part that is recorded. */
  until?: RegExp;
};

export type Recorder = {
  /** Sends a request, adds its reply to the record, and returns the body, parsed if it is JSON. */
  send(name: string, request: RecordedRequest): Promise<unknown>;
  /** Adds text from another connection, such as the frames of a socket. */
  add(name: string, lines: readonly string[]): void;
  /** Everything so far. */
  text(): string;
  close(): void;
};

/** Records replies as the server writes them: status, headers in their order, and the bytes of the body. */
export function createRecorder(url: string): Recorder {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const entries: string[] = [];
  const add = (name: string, lines: readonly string[]) => {
    entries.push(withoutVolatileParts([`## ${name}`, ...lines].join('\n')));
  };
  return {
    send: async (name, sent) => {
      const { reply, body } = await exchange(url, agent, sent);
      const { method = 'GET', path } = sent;
      add(name, [
        `${method} ${path.replaceAll('%22', '"')}`,
        `${reply.statusCode}`,
        ...headerLines(reply, body),
        '',
        body,
      ]);
      const isJson = reply.headers['content-type']?.startsWith('application/json') === true;
      return isJson && sent.until === undefined && body !== '' ? parseLines(body) : body;
    },
    add,
    text: () => `${entries.join('\n\n')}\n`,
    close: () => agent.destroy(),
  };
}

/** A reply of tRPC's streamed batches has one JSON text a line. */
function parseLines(body: string): unknown {
  const values = body
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line));
  return values.length === 1 ? values[0] : values;
}

function exchange(
  url: string,
  agent: Agent,
  { method = 'GET', path, headers = {}, body, until }: RecordedRequest,
): Promise<{ reply: IncomingMessage; body: string }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const sent = request(url + path, { agent, method, headers: { ...json, ...headers } }, (reply) => {
      let received = '';
      reply.setEncoding('utf8');
      reply.on('data', (chunk: string) => {
        received += chunk;
        const [recorded] = until?.exec(received) ?? [];
        if (recorded === undefined) return;
        resolve({ reply, body: recorded });
        sent.destroy();
      });
      reply.on('end', () => resolve({ reply, body: received }));
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

/**
 * The names of headers are case-insensitive (RFC 9110, 5.1), so they are recorded in lower case. The length depends
 * on volatile parts, so the record only says that it is correct.
 */
function headerLines({ rawHeaders, method }: IncomingMessage, body: string): string[] {
  const lines: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]?.toLowerCase() ?? '';
    const value = rawHeaders[i + 1] ?? '';
    if (name === 'content-length' && body !== '') {
      expect({ method, body, length: Number(value) }).toEqual({
        method,
        body,
        length: Buffer.byteLength(body),
      });
      lines.push('content-length: <the length of the body>');
    } else {
      lines.push(`${name}: ${value}`);
    }
  }
  return lines;
}

const volatileParts: readonly (readonly [RegExp, string])[] = [
  // Git changes line ends of files.
  [/\r/g, '<CR>'],
  [/^x-request-id: .*$/gm, 'x-request-id: <request id>'],
  [/^date: .*$/gm, 'date: <date>'],
  // A hash of a body that has volatile parts.
  [/^etag: .*$/gm, 'etag: <etag>'],
  [/\b(paydeck-session=)[^;\s]+/g, '$1<refresh token>'],
  [/\b(paydeck-device=)[^;\s]+/g, '$1<device token>'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<access token>'],
  [/("refresh_?[tT]oken":")[^"]+/g, '$1<refresh token>'],
  [/("token":")[\w-]{43}"/g, '$1<password link>"'],
  [/("ticket":")[^"]+/g, '$1<ticket>'],
  [/("challenge":")[^"]+/g, '$1<challenge>'],
  [/(\bsecret=|"secret":")[A-Z2-7]{32}/g, '$1<secret>'],
  [/"recoveryCodes":\[[^\]]+\]/g, '"recoveryCodes":[<recovery codes>]'],
  [/\bpdk_…[\w-]+/g, '<hint>'],
  [/\bpdk_[\w-]+/g, '<api key>'],
  [/("(?:next|prev)Cursor":")[^"]+/g, '$1<cursor>'],
  // Rows of the audit log. The log of the test run has as many as it took until then.
  [/("hash":")[0-9a-f]{64}/g, '$1<hash>'],
  [/("id":)\d+(?=,"(?:at|hash)")|("rows":)\d+/g, '$1$2<number>'],
  [/("asOf":)\d+/g, '$1<position>'],
  [/("position":)\d+/g, '$1<position>'],
  [/\blocalhost:\d+/g, 'localhost:<port>'],
  [/("uptime":)[\d.]+/g, '$1<seconds>'],
  // Instants of the test run. Those of the recorded payments are older, and stay.
  [/\b20(?:2[5-9]|[3-9]\d)-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<now>'],
];

/** Replaces what differs from run to run. Each id becomes the number of its first occurrence in the text. */
function withoutVolatileParts(text: string): string {
  const ids: string[] = [];
  const numbered = (id: string) => {
    if (!ids.includes(id)) ids.push(id);
    return `<id ${ids.indexOf(id) + 1}>`;
  };
  return volatileParts
    .reduce((normalized, [pattern, replacement]) => normalized.replaceAll(pattern, replacement), text)
    .replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, numbered);
}
