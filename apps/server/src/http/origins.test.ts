import { expect, test } from 'vitest';
import { isOwnOrListed } from './origins.ts';

const isOwn = (host: string | undefined, origin: string) =>
  isOwnOrListed({ origin, ...(host !== undefined && { host }) }, []);

test.each([
  ['pay.example.com', 'https://pay.example.com'],
  ['pay.example.com:443', 'https://pay.example.com'],
  ['pay.example.com:80', 'http://pay.example.com'],
  ['PAY.Example.com', 'https://pay.example.com'],
  ['PAY.EXAMPLE.COM:443', 'https://pay.example.com'],
  ['pay.example.com:8443', 'https://pay.example.com:8443'],
  ['[::1]:443', 'https://[::1]'],
  ['[::1]:3000', 'http://[::1]:3000'],
])('Host %s is the origin %s', (host, origin) => {
  expect(isOwn(host, origin)).toBe(true);
});

test.each([
  ['pay.example.com:8443', 'https://pay.example.com'],
  ['pay.example.com:80', 'https://pay.example.com'],
  ['pay.example.com:443', 'http://pay.example.com'],
  ['pay.example.com', 'https://pay.example.com:8443'],
  ['other.example.com', 'https://pay.example.com'],
  ['other@pay.example.com', 'https://pay.example.com'],
  ['pay.example.com/x', 'https://pay.example.com'],
  ['', 'https://pay.example.com'],
  [undefined, 'https://pay.example.com'],
  ['pay.example.com', 'null'],
  ['pay.example.com', 'file://pay.example.com'],
])('Host %s is not the origin %s', (host, origin) => {
  expect(isOwn(host, origin)).toBe(false);
});
