import { expect, test } from 'vitest';
import { IdsUsedUpError, requestTexts } from './call.ts';

test('a request has its head, and a body with its length', () => {
  const next = requestTexts({ method: 'POST', path: '/a?b=c', token: 't', body: '{"x":"ü"}' }, 'localhost:1');
  expect(next()).toBe(
    [
      'POST /a?b=c HTTP/1.1',
      'Host: localhost:1',
      'Authorization: Bearer t',
      'Content-Type: application/json',
      'Content-Length: 10',
      '',
      '{"x":"ü"}',
    ].join('\r\n'),
  );
  expect(requestTexts({ method: 'GET', path: '/' }, 'h')()).toBe('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
});

test('marks are replaced: ids in their order until they are used up, and payments', () => {
  const ids = ['1', '2'];
  const settle = requestTexts({ method: 'PATCH', path: '/p/{id}', ids }, 'h');
  expect([settle(), settle()].map((text) => text.split(' ')[1])).toEqual(['/p/1', '/p/2']);
  expect(settle).toThrow(IdsUsedUpError);

  const call = { method: 'POST', path: '/', body: '{"payments":{payments}}', paymentsPerCall: 2 } as const;
  const body = requestTexts(call, 'h')().split('\r\n\r\n')[1] ?? '';
  expect(JSON.parse(body).payments).toHaveLength(2);
});

test('each request has its own idempotency key', () => {
  const next = requestTexts({ method: 'POST', path: '/', body: '{}', hasIdempotencyKey: true }, 'h');
  const keys = [next(), next()].map((text) => /Idempotency-Key: (\S+)/.exec(text)?.[1]);
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(keys[1]).not.toBe(keys[0]);
});
