import { afterEach, expect, test, vi } from 'vitest';
import { createDeviceTokens, deviceLifetimeSeconds } from './device-tokens.ts';

afterEach(() => {
  vi.useRealTimers();
});

const secret = 'a secret of tests, long enough for HS256';
const [jane, john] = ['0195c5a0-0000-7000-8000-000000000001', '0195c5a0-0000-7000-8000-000000000002'];

test('a token names the device of its user, and keeps the id when it is renewed', () => {
  const tokens = createDeviceTokens(secret);
  const token = tokens.issue(jane, null);
  const deviceId = tokens.deviceOf(token, jane);
  expect(deviceId).toMatch(/^[0-9a-f-]{36}$/);
  expect(tokens.deviceOf(tokens.issue(jane, deviceId), jane)).toBe(deviceId);
  expect(tokens.deviceOf(tokens.issue(jane, null), jane)).not.toBe(deviceId);
});

test('a token of another user, of another server or a changed one names no device', () => {
  const tokens = createDeviceTokens(secret);
  const token = tokens.issue(jane, null);
  const invalid = [
    null,
    '',
    '...',
    token.replace(jane, john),
    `${token}x`,
    `${token}.x`,
    token.slice(0, -1),
    createDeviceTokens(`${secret}!`).issue(jane, null),
  ];
  for (const one of invalid)
    expect([jane, john].map((user) => tokens.deviceOf(one, user))).toEqual([null, null]);
  expect(tokens.deviceOf(token, john)).toBeNull();
  expect(tokens.deviceOf(token, null)).toBeNull();
});

test('a token expires', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  const tokens = createDeviceTokens(secret);
  const token = tokens.issue(jane, null);
  vi.setSystemTime(deviceLifetimeSeconds * 1000 - 1);
  expect(tokens.deviceOf(token, jane)).not.toBeNull();
  vi.setSystemTime(deviceLifetimeSeconds * 1000);
  expect(tokens.deviceOf(token, jane)).toBeNull();
});
