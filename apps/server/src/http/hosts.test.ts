import { expect, test } from 'vitest';
import { createHostRefusal } from './hosts.ts';

const refusal = createHostRefusal({
  environment: 'development',
  allowedOrigins: ['http://localhost:8080', 'http://pay.test:9000'],
  host: 'payserver',
});
const isAnswered = (host: string | undefined, origin?: string) =>
  refusal({ ...(host !== undefined && { host }), ...(origin !== undefined && { origin }) }) === null;

test.each([
  'localhost',
  'localhost:3000',
  'LOCALHOST:3000',
  'pay.localhost:3000',
  '127.0.0.1:3000',
  '192.168.7.4',
  '[::1]:3000',
  '[2001:db8::1]',
  'pay.test:3000',
  'payserver:3000',
  undefined,
])('in development, requests to %s are answered', (host) => {
  expect(isAnswered(host)).toBe(true);
});

test.each([
  'evil.example:3000',
  'localhost.evil.example',
  'evil-localhost',
  '127.0.0.1.evil.example',
  '[::1].evil.example',
  'x',
  '',
  'a b',
  'evil.example@localhost:3000:3000',
])('in development, requests to %j are not answered', (host) => {
  expect(isAnswered(host)).toBe(false);
  expect(isAnswered(host, `http://${host}`)).toBe(false);
});

test('a page over https is answered: it comes through a proxy', () => {
  expect(isAnswered('pay.example', 'https://pay.example')).toBe(true);
});

test('every host is answered in production, and if every origin is allowed', () => {
  const headers = { host: 'pay.example' };
  for (const [environment, allowedOrigins] of [
    ['production', []],
    ['development', ['*']],
  ] as const) {
    expect(createHostRefusal({ environment, allowedOrigins, host: '127.0.0.1' })(headers)).toBeNull();
  }
});
