import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readConfig, variableNames } from '../src/config.ts';
import { problemsOf, productionEnvironment } from '../testing/production-environment.ts';
import { startTestServer } from '../testing/start-test-server.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string) => readFile(join(repository, path), 'utf8');
const { JWT_SECRET: secret } = productionEnvironment;

describe('the documented configuration', () => {
  const row = /^\| `(?<name>[A-Z_]+)` *\|(?<default>[^|]+)\|[^|]+\|[^|]*\|$/gm;

  test('lists exactly the variables that the server reads, each once', async () => {
    const rows = [...(await read('docs/configuration.md')).matchAll(row)].map(({ groups }) => groups?.name);
    expect(rows.toSorted()).toEqual(variableNames.toSorted());
  });

  test('.env.example lists every variable, and changes nothing while its values are empty or defaults', async () => {
    const example = parseEnv(await read('.env.example'));
    expect(Object.keys(example).toSorted()).toEqual(variableNames.toSorted());
    expect(readConfig({ ...example, JWT_SECRET: secret })).toEqual(readConfig({ JWT_SECRET: secret }));
    const defaults = [...(await read('docs/configuration.md')).matchAll(row)].map(({ groups }) => groups);
    for (const [name, value] of Object.entries(example)) {
      if (value === '') continue;
      expect(defaults.find((groups) => groups?.name === name)?.default, name).toContain(`\`${value}\``);
    }
  });

  test('an unchanged .env.example is refused in production, with the variables that must be set', async () => {
    const found = problemsOf({ ...parseEnv(await read('.env.example')), NODE_ENV: 'production' });
    expect(found.map((line) => line.match(/- (\w+) must be set/)?.[1])).toEqual([
      'JWT_SECRET',
      'ADMIN_USERNAME',
      'ADMIN_PASSWORD',
    ]);
  });
});

describe('production refuses', () => {
  test.each([
    'change-me-change-me-change-me-change-me-please',
    'REPLACE_THIS_WITH_32_RANDOM_CHARACTERS_0000',
    'your-secret-key-here-that-is-long-enough-2024',
    'a-string-secret-at-least-256-bits-long',
  ])('a secret from a template: %s', (JWT_SECRET) => {
    expect(problemsOf({ ...productionEnvironment, JWT_SECRET })).toEqual([
      expect.stringMatching(/- JWT_SECRET must not be an example from/),
    ]);
  });

  test.each([
    'x'.repeat(40),
    '0123456789abcdef'.repeat(3),
    '12345678901234567890123456789012',
    'abcabcab'.repeat(5),
  ])('a secret that repeats a few characters: %s', (JWT_SECRET) => {
    expect(problemsOf({ ...productionEnvironment, JWT_SECRET })).toEqual([
      expect.stringMatching(/- JWT_SECRET must not repeat a few characters/),
    ]);
  });

  test.each([
    'abcdefghijklmnopqrstuvwxyz0123456789',
    'thisisaverysecretkeythatnobodyknows12',
    'The-Quick-Brown-Fox-Jumps-Over-The-Lazy-Dog',
  ])('a secret that consists of words or rows: %s', (JWT_SECRET) => {
    expect(problemsOf({ ...productionEnvironment, JWT_SECRET })).toEqual([
      expect.stringMatching(/- JWT_SECRET must not consist of words or rows of characters/),
    ]);
  });

  test.each(['password', 'PassWord123', '12345678', 'aaaaaaaaaa', 'operator', 'Summer2024!'])(
    'the password %s',
    (ADMIN_PASSWORD) => {
      expect(problemsOf({ ...productionEnvironment, ADMIN_PASSWORD })).toEqual([
        expect.stringMatching(/- ADMIN_PASSWORD must not be a password that attackers try first/),
      ]);
    },
  );

  test.each([
    secret,
    '5d41402abc4b2a76b9719d911017c592',
    'our own words: a secret key, long enough for anyone',
  ])('but accepts the secret %s', (JWT_SECRET) => {
    expect(problemsOf({ ...productionEnvironment, JWT_SECRET })).toEqual([]);
  });
});

test('the first admin must meet the rules of users.create', async () => {
  await using server = await startTestServer();
  const { api } = await server.signedInClient();
  const candidates = [
    { username: 'ab', password: 'long enough' },
    { username: 'x'.repeat(51), password: 'long enough' },
    { username: 'jörg', password: 'long enough' },
    { username: 'first.admin_2@example-1', password: 'long enough' },
    { username: 'seven', password: 'seven c' },
    { username: 'emoji', password: '😀😀😀😀' },
    { username: 'bytes73', password: `ä${'x'.repeat(71)}` },
    { username: 'bytes72', password: `ä${'x'.repeat(70)}` },
  ];
  for (const { username, password } of candidates) {
    const created = await api.users.create.mutate({ username, password }).then(
      () => true,
      () => false,
    );
    const faults = problemsOf({
      ...productionEnvironment,
      ADMIN_USERNAME: username,
      ADMIN_PASSWORD: password,
    });
    expect(faults.length === 0, `${username}: ${faults}`).toBe(created);
  }
});
