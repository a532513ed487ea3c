import { upgrade } from './raw-wire.ts';

/** A request and the states that the connection may have afterwards. */
export type Handshake = [name: string, request: string, expected: RegExp];

export const listedOrigin = 'https://dashboard.example';

const withHeaders = (headers: Record<string, string | readonly string[] | null>) => upgrade({ headers });
const at = (target: string) => upgrade({ line: `GET ${target} HTTP/1.1` });
const long = (length: number) => 'x'.repeat(length);

/** A socket with a useless Host may be refused or opened. tRPC can't parse such an address. */
const refusedOrOpen = /^(HTTP 400|close 1011|close 1008|open)$/;

export const handshakes: Handshake[] = [
  ['a listed origin', withHeaders({ Origin: listedOrigin }), /^open$/],
  ['an unlisted origin', withHeaders({ Origin: 'https://evil.example' }), /^HTTP 403$/],
  ['the origin "null"', withHeaders({ Origin: 'null' }), /^HTTP 403$/],
  ['an empty origin', withHeaders({ Origin: '' }), /^HTTP 403$/],
  ['an origin that is not a URL', withHeaders({ Origin: '][' }), /^HTTP 403$/],
  [
    'two origins, one of them listed',
    withHeaders({ Origin: [listedOrigin, 'https://evil.example'] }),
    /^HTTP 40[03]$/,
  ],
  [
    'an origin that equals a forged host',
    withHeaders({ Host: 'evil.example', Origin: 'https://evil.example' }),
    /^(HTTP 403|open)$/,
  ],
  ['no host', withHeaders({ Host: null }), refusedOrOpen],
  ['an empty host', withHeaders({ Host: '' }), refusedOrOpen],
  ['an invalid host', withHeaders({ Host: '[' }), refusedOrOpen],
  ['a host with spaces', withHeaders({ Host: 'a b' }), refusedOrOpen],
  ['two hosts', withHeaders({ Host: ['localhost', 'evil.example'] }), refusedOrOpen],
  ['a huge host', withHeaders({ Host: long(60_000) }), /^(HTTP 431|cut)$/],
  ['no key', withHeaders({ 'Sec-WebSocket-Key': null }), /^HTTP 400$/],
  ['a short key', withHeaders({ 'Sec-WebSocket-Key': 'c2hvcnQ=' }), /^HTTP 400$/],
  ['a key that is not base64', withHeaders({ 'Sec-WebSocket-Key': '%%%' }), /^HTTP 400$/],
  ['no version', withHeaders({ 'Sec-WebSocket-Version': null }), /^HTTP (400|426)$/],
  ['version 12', withHeaders({ 'Sec-WebSocket-Version': '12' }), /^HTTP (400|426)$/],
  ['a bad list of protocols', withHeaders({ 'Sec-WebSocket-Protocol': ',,a' }), /^HTTP 400$/],
  [
    'an unknown extension',
    withHeaders({ 'Sec-WebSocket-Extensions': 'permessage-deflate; x=1' }),
    /^(open|HTTP 400)$/,
  ],
  ['another upgrade', withHeaders({ Upgrade: 'h2c' }), /^HTTP 404$/],
  ['another method', upgrade({ line: 'POST /trpc HTTP/1.1' }), /^HTTP 405$/],
  ['CONNECT', 'CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n', /^(HTTP 4\d\d|cut)$/],
  ['the path /', at('/'), /^HTTP 404$/],
  ['the path //trpc', at('//trpc'), /^HTTP 404$/],
  ['the path ///', at('///'), /^HTTP 40[04]$/],
  ['the path /trpc/', at('/trpc/'), /^HTTP 404$/],
  ['the path /../trpc', at('/../trpc'), /^HTTP 404$/],
  ['an encoded path', at('/%74rpc'), /^HTTP 404$/],
  ['a path with a bad escape', at('/trpc%'), /^HTTP 40[04]$/],
  ['an absolute target', at('http://localhost/trpc'), /^(HTTP 404|open)$/],
  ['a target of another host', at('http://evil.example/trpc'), /^HTTP 404$/],
  ['the target *', at('*'), /^HTTP 40[04]$/],
  ['a malformed query string', at('/trpc?connectionParams=1&%E0%A4%A=%'), /^(open|HTTP 400)$/],
  ['a target of 60 kB', at(`/trpc?${long(60_000)}`), /^(HTTP 4(14|31)|cut)$/],
  [
    'thousands of headers',
    withHeaders(Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`X-${n}`, 'x']))),
    /^(HTTP 431|cut)$/,
  ],
  ['a body of two lengths', withHeaders({ 'Content-Length': ['5', '6'] }), /^HTTP 400$/],
  ['a header with a NUL', withHeaders({ 'X-Nul': 'a\0b' }), /^HTTP 400$/],
  ['bytes that are not HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', /^(HTTP 400|cut)$/],
];

/** Starts of requests that are never completed. */
export const halves: [name: string, bytes: string][] = [
  ['nothing', ''],
  ['half a request line', 'GET /tr'],
  ['half of the headers', 'GET /trpc HTTP/1.1\r\nHost: localhost\r\nUpgr'],
];
