import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { guessablePasswordIssue, isGuessableSecret } from './guessable.ts';

const issueOf = (password: string) => guessablePasswordIssue(password, 'jane.doe@example.com');

test.each([
  'password',
  'PassWord123',
  'P@ssw0rd!',
  'Admin@123',
  '12345678',
  'qwertyuiop',
  '1q2w3e4r',
  'zaq12wsx',
  'Welcome1',
  'Summer2024',
  'password1234567',
  'p a s s w o r d',
  'ｐａｓｓｗｏｒｄ',
])('%j is common', (password) => {
  expect(issueOf(password)).toMatch(/^must not be/);
});

test.each([
  '        ',
  '\t\t\t\t\t\t\t\t',
  '\u00a0\u3000\u2003\u00a0\u00a0\u00a0\u00a0\u00a0',
  '11111111',
  'abababab',
])('%j is blank or has few characters', (password) => {
  expect(issueOf(password)).toBe('must not consist of blanks or a few characters');
});

test.each(['abcdefgh', '87654321', 'tulptulp', 'abcd4321'])('%j is a row or a repetition', (password) => {
  expect(issueOf(password)).toBe('must not be a row or a repetition of characters');
});

test.each(['jane.doe@example.com', 'Jane.Doe', 'JANE.DOE1', 'eod.enaj', 'Paydeck2026'])(
  '%j is a name',
  (password) => {
    expect(issueOf(password)).toBe('must not be the user name');
  },
);

test.each([
  'correct horse',
  'right-password-1',
  'long enough',
  'securepassword123',
  'viewer-password',
  'Tulip-River-94',
  'x9#kfLq2',
  'hunter2-hunter2',
  'пароль мой',
])('%j is allowed', (password) => {
  expect(issueOf(password)).toBeNull();
});

test.each([
  'abcdefghijklmnopqrstuvwxyz0123456789',
  'zyxwvutsrqponmlkjihgfedcba9876543210',
  '0123456789abcdef0123456789abcdef',
  '00112233445566778899aabbccddeeff',
  'a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6',
  'qwertyuiopasdfghjklzxcvbnm1234567890',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.',
  'supersecretsupersecretsupersecretx',
  'thisisaverysecretkeythatnobodyknows12',
  'ThisIsMySecretKeyForJwtTokensPaydeck!',
  'MyC0mp@nyS3cretK3yF0rPr0duct1on!2026',
  'CompanyName-Production-JWT-Secret-2026!!',
  'the quick brown fox jumps over the lazy dog',
  'to-be-or-not-to-be-that-is-the-question',
  'loremipsumdolorsitametconsecteturadipiscing',
  'DiesIstEinSehrGeheimerSchluessel2024',
])('the secret %j is guessable', (secret) => {
  expect(isGuessableSecret(secret)).toBe(true);
});

test('a long phrase of many words is not guessable', () => {
  expect(isGuessableSecret('our own words: a secret key, long enough for anyone')).toBe(false);
});

test('random secrets are not guessable', () => {
  const kinds = [
    () => randomBytes(48).toString('base64'),
    () => randomBytes(32).toString('base64url'),
    () => randomBytes(32).toString('hex'),
    () => randomUUID(),
  ];
  for (const secret of kinds) {
    const guessable = Array.from({ length: 200 }, secret).filter(isGuessableSecret);
    // One in a thousand may have words by chance.
    expect(guessable.length).toBeLessThanOrEqual(2);
  }
});
