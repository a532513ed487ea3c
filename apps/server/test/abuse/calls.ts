import { call } from './trpc-wire.ts';

/** Messages on an admin's socket and the expected answers, each as `id: reason` or `id: type of the result`. */
export type Calls = [name: string, messages: (string | Buffer)[], expected: string[]];

const subscribe = (id: unknown, input?: unknown, path = 'payments.onChange') =>
  call(id, path, input, 'subscription');
const stop = (id: unknown) => JSON.stringify({ id, jsonrpc: '2.0', method: 'subscription.stop' });
const malformed = 'null: invalid_input';
const tooLarge = 'null: payload_too_large';
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

export const calls: Calls[] = [
  ['a call', [call(1, 'auth.me')], ['1: data']],
  ['an empty message', [''], [malformed]],
  ['text that is not JSON', ['{'], [malformed]],
  ['half a surrogate as JSON', ['"\\ud800"'], [malformed]],
  ['null', ['null'], [malformed]],
  ['a number', ['3'], [malformed]],
  ['true', ['true'], [malformed]],
  ['a text', ['"auth.me"'], [malformed]],
  ['an empty object', ['{}'], [malformed]],
  ['a list of null', ['[null]'], [malformed]],
  ['a call and null in one message', [`[${call(1, 'auth.me')},null]`], [malformed, '1: data']],
  ['50,000 nested lists', [nested(50_000)], [malformed]],
  [
    '50,000 nested lists as an input',
    [`{"id":1,"method":"query","params":{"path":"auth.me","input":${nested(50_000)}}}`],
    [malformed],
  ],
  [
    '100,000 numbers as a filter',
    [call(1, 'payments.list', { filter: Array.from({ length: 100_000 }, () => 1) })],
    ['1: invalid_input'],
  ],
  ['an unknown method', [call(1, 'auth.me', undefined, 'drop')], [malformed]],
  ['a method that is an object', [call(1, 'auth.me', undefined, {})], [malformed]],
  ['no id', [call(undefined, 'auth.me')], [malformed]],
  ['id null', [call(null, 'auth.me')], [malformed]],
  ['an id that is an object', [call({ a: 1 }, 'auth.me')], [malformed]],
  ['an id that is a list', [call([1], 'auth.me')], [malformed]],
  ['no params', ['{"id":1,"method":"query"}'], [malformed]],
  [
    'another version of JSON-RPC',
    ['{"id":1,"jsonrpc":"1.0","method":"query","params":{"path":"auth.me"}}'],
    [malformed],
  ],
  ['a path that is a number', [call(1, 7)], [malformed]],
  ['an unknown path', [call(1, 'payments.drop')], ['1: not_found']],
  ['an empty path', [call(1, '')], ['1: not_found']],
  ['a router as a path', [call(1, 'payments')], ['1: not_found']],
  ['a path of 100 kB', [call(1, 'x'.repeat(100_000))], ['1: not_found']],
  ['__proto__ as a path', [call(1, '__proto__')], ['1: not_found']],
  ['constructor as a path', [call(1, 'constructor.constructor')], ['1: not_found']],
  ['a mutation as a query', [call(1, 'auth.logout')], ['1: not_found']],
  ['a query as a mutation', [call(1, 'auth.me', undefined, 'mutation')], ['1: not_found']],
  ['a subscription of a query', [subscribe(1, undefined, 'auth.me')], ['1: not_found']],
  ['a query of a subscription', [call(1, 'payments.onChange')], ['1: not_found']],
  [
    '__proto__ in an input',
    ['{"id":1,"method":"query","params":{"path":"payments.list","input":{"__proto__":{"limit":1}}}}'],
    ['1: invalid_input'],
  ],
  [
    '__proto__ in a filter',
    [
      '{"id":1,"method":"query","params":{"path":"payments.list","input":{"filter":{"__proto__":{"status":["failed"]}}}}}',
    ],
    ['1: invalid_input'],
  ],
  [
    'constructor in a filter',
    [call(1, 'payments.list', { filter: { constructor: { prototype: {} } } })],
    ['1: invalid_input'],
  ],
  [
    'an input in the shape of superjson',
    [call(1, 'payments.list', { json: { limit: 1 }, meta: { values: { limit: ['Date'] } } })],
    ['1: invalid_input'],
  ],
  [
    'a bound that a double can not hold',
    [
      '{"id":1,"method":"query","params":{"path":"payments.list","input":{"filter":{"minAmountMinor":1.0000000000000000001}}}}',
    ],
    ['1: invalid_input'],
  ],
  ['a filter that is a text', [subscribe(1, { filter: 'status' })], ['1: invalid_input']],
  ['an unknown field', [subscribe(1, { filter: {}, offset: 1 })], ['1: invalid_input']],
  ['a search with a NUL', [subscribe(1, { filter: { search: 'a\0b' } })], ['1: invalid_input']],
  ['a search with half a surrogate', [subscribe(1, { filter: { search: '\ud800' } })], ['1: invalid_input']],
  ['a search of 100 kB', [subscribe(1, { filter: { search: 'x'.repeat(100_000) } })], ['1: invalid_input']],
  ...[{}, [], true, { toString: 1 }].map(
    (lastEventId): Calls => [
      `lastEventId ${JSON.stringify(lastEventId)}`,
      [subscribe(1, { lastEventId })],
      ['1: invalid_input'],
    ],
  ),
  [
    'lastEventId beside the input, as a number',
    ['{"id":1,"method":"subscription","params":{"path":"payments.onChange","lastEventId":5}}'],
    ['1: started', '1: reset'],
  ],
  ...['-1', '1e3', '0x10', 'NaN', '9'.repeat(400), '🦊'].map(
    (lastEventId): Calls => [
      `lastEventId ${lastEventId.slice(0, 10)}`,
      [subscribe(1, { lastEventId })],
      ['1: started', '1: reset'],
    ],
  ),
  ['a subscription id twice', [subscribe(1), subscribe(1)], ['1: invalid_input', '1: started']],
  ['stopping an unknown subscription', [stop(99), call(1, 'auth.me')], ['1: data']],
  ['stopping twice', [subscribe(1), stop(1), stop(1)], ['1: stopped']],
  ['stopping without an id', [stop(undefined)], [malformed]],
  [
    '200 subscriptions of one id',
    Array.from({ length: 200 }, () => subscribe(1)),
    ['1: started', ...Array.from({ length: 199 }, () => '1: invalid_input')],
  ],
  ['a call as a binary message', [Buffer.from(call(1, 'auth.me'))], ['1: data']],
  ['a binary message that is not text', [Buffer.from([0, 1, 2, 0xff])], [malformed]],
  [
    'connection parameters a second time',
    ['{"method":"connectionParams","data":{"token":"x"}}', call(1, 'auth.me')],
    [malformed, '1: data'],
  ],
  ["tRPC's own control messages", ['PING', 'PONG', '{"id":null,"method":"reconnect"}'], [malformed]],
];

const parameters = (data: unknown) => JSON.stringify({ method: 'connectionParams', data });

/** First messages of a socket that announced connection parameters, with the expected answers and state. */
export const parameterCases: [name: string, first: string, expected: string[], state: RegExp][] = [
  ['no token', parameters({}), [], /^open$/],
  ['no data', '{"method":"connectionParams"}', [malformed], /^(close|cut)/],
  ['data null', parameters(null), [], /^open$/],
  ['a token that is a number', parameters({ token: 1 }), [malformed], /^(close|cut)/],
  ['a token that is an object', parameters({ token: {} }), [malformed], /^(close|cut)/],
  [
    '__proto__ as data',
    '{"method":"connectionParams","data":{"__proto__":{"token":"x"}}}',
    [malformed],
    /^(close|cut)/,
  ],
  ['data that is a list', parameters(['token']), [malformed], /^(close|cut)/],
  ['data that is a text', parameters('token'), [malformed], /^(close|cut)/],
  ['a token that is not a JWT', parameters({ token: 'x' }), ['null: token_invalid'], /^(close|cut)/],
  ['an empty token', parameters({ token: '' }), ['null: token_invalid'], /^(close|cut)/],
  ['a token of 3 kB', parameters({ token: 'x'.repeat(3_000) }), ['null: token_invalid'], /^(close|cut)/],
  ['a token of 100 kB', parameters({ token: 'x'.repeat(100_000) }), [tooLarge], /^close 1009$/],
  [
    'a token of 100 kB in three parts',
    parameters({ token: ['e30', 'x'.repeat(100_000), ''].join('.') }),
    [tooLarge],
    /^close 1009$/,
  ],
  [
    'an unsigned token',
    parameters({ token: 'eyJhbGciOiJub25lIn0.e30.' }),
    ['null: token_invalid'],
    /^(close|cut)/,
  ],
  ['a list', '[]', [malformed], /^(close|cut)/],
  ['null', 'null', [malformed], /^(close|cut)/],
  ['an empty text', '', [malformed], /^(close|cut)/],
  ['1,000 nested lists', nested(1_000), [malformed], /^(close|cut)/],
  ['50,000 nested lists', nested(50_000), [tooLarge], /^close 1009$/],
];
