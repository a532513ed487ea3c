import { expect, test } from 'vitest';
import { withoutBasePath } from './base-path.ts';

test.each([
  ['/pay', '/'],
  ['/pay?a=1', '/?a=1'],
  ['/pay/', '/'],
  ['/pay/payments?a=1', '/payments?a=1'],
  ['/pay/trpc', '/trpc'],
  ['/payments', '/payments'],
  ['/health', '/health'],
  ['/', '/'],
])('below /pay, %s is %s', (url, path) => {
  expect(withoutBasePath(url, '/pay')).toBe(path);
  expect(withoutBasePath(path, '')).toBe(path);
});
