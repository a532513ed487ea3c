import { expect, test } from 'vitest';
import { hashRecoveryCode } from './recovery-codes.ts';
import { createSecondFactorKeys } from './second-factor-keys.ts';
import { findTotpStep } from './totp.ts';

test('codes are those of RFC 6238, appendix B, from the step before to the step after', () => {
  const secret = Buffer.from('12345678901234567890');
  const vectors = [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ] as const;
  for (const [seconds, code] of vectors) {
    const step = Math.floor(seconds / 30);
    for (const offset of [-30, 0, 30]) {
      expect(findTotpStep(secret, code, (seconds + offset) * 1000), code).toBe(step);
    }
    for (const offset of [-60, 60]) {
      expect(findTotpStep(secret, code, (seconds + offset) * 1000), code).toBeNull();
    }
  }
  expect(findTotpStep(secret, '', 59_000)).toBeNull();
  expect(findTotpStep(secret, '28708', 59_000)).toBeNull();
});

test('a sealed secret opens only with the same server secret, for the same user, and unchanged', () => {
  const keys = createSecondFactorKeys('a secret of tests, long enough for HS256');
  const secret = Buffer.from('12345678901234567890');
  const sealed = keys.seal(secret, 'jane');
  expect(keys.open(sealed, 'jane')).toEqual(secret);
  expect(keys.seal(secret, 'jane')).not.toEqual(sealed);
  expect(keys.open(sealed, 'john')).toBeNull();
  expect(createSecondFactorKeys('another secret of tests, also long enough').open(sealed, 'jane')).toBeNull();
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(keys.open(changed, 'jane'), String(at)).toBeNull();
  }
  expect(() => keys.open(Buffer.alloc(5), 'jane')).toThrow();
});

test('a challenge belongs to the servers with the same secret', () => {
  const keys = createSecondFactorKeys('a secret of tests, long enough for HS256');
  const challenge = keys.createChallenge();
  expect(keys.isOwnChallenge(challenge)).toBe(true);
  expect(keys.isOwnChallenge(`${challenge.slice(0, -1)}${challenge.endsWith('A') ? 'B' : 'A'}`)).toBe(false);
  const others = createSecondFactorKeys('another secret of tests, also long enough');
  expect(others.isOwnChallenge(challenge)).toBe(false);
});

test('letters that look like digits are read as those', () => {
  expect(hashRecoveryCode('oOil-LI00-1111')).toEqual(hashRecoveryCode('0011-1100-1111'));
});
