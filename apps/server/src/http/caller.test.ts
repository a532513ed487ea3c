import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createCallerReader } from './caller.ts';

function requestFrom(remoteAddress: string, headers: Record<string, string> = {}) {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress });
  return Object.assign(new IncomingMessage(socket), { headers });
}

test('X-Forwarded-For counts only as far as trusted proxies wrote it', () => {
  const forwarded = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7, 10.1.2.3' };
  const addressBehind = (proxies: string[], from = '10.0.0.1') =>
    createCallerReader(proxies)(requestFrom(from, forwarded)).address;
  expect(addressBehind([])).toBe('10.0.0.1');
  expect(addressBehind(['loopback'])).toBe('10.0.0.1');
  expect(addressBehind(['10.0.0.1'])).toBe('10.1.2.3');
  expect(addressBehind(['10.0.0.0/8'])).toBe('198.51.100.7');
  expect(addressBehind(['10.0.0.0/8'], '192.0.2.1')).toBe('192.0.2.1');
});

test('an address has one spelling, and a long user agent is cut', () => {
  const read = createCallerReader([]);
  expect(read(requestFrom('::ffff:192.0.2.1'))).toEqual({ address: '192.0.2.1', userAgent: null });
  expect(read(requestFrom('2001:db8::1', { 'user-agent': 'x'.repeat(300) }))).toEqual({
    address: '2001:db8::1',
    userAgent: 'x'.repeat(200),
  });
});
