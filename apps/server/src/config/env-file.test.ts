import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EnvFileError, readEnvFile } from './env-file.ts';

const text = '\uFEFFNODE_ENV=production\r\nADMIN_USERNAME=Müller\r\n';
const variables = { NODE_ENV: 'production', ADMIN_USERNAME: 'Müller' };

async function readBytes(bytes: Buffer) {
  const folder = await mkdtemp(join(tmpdir(), 'paydeck-env-'));
  try {
    await writeFile(join(folder, '.env'), bytes);
    return { ...readEnvFile(join(folder, '.env')) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test.each([
  ['UTF-8', Buffer.from(text.slice(1))],
  ['UTF-8 with a byte order mark', Buffer.from(text)],
  ['UTF-16, as Notepad saves it', Buffer.from(text, 'utf16le')],
  ['UTF-16, big endian', Buffer.from(text, 'utf16le').swap16()],
])('the first variable of a file in %s counts', async (_name, bytes) => {
  expect(await readBytes(bytes)).toEqual(variables);
});

test.each([
  ['Windows-1252', Buffer.from(text.slice(1), 'latin1'), 'byte 38, in line 2, is not'],
  ['UTF-16 without a byte order mark', Buffer.from('A=1\n', 'utf16le'), 'byte 2, in line 1, is not'],
])('a file in %s is refused', async (_name, bytes, message) => {
  await expect(readBytes(bytes)).rejects.toThrow(EnvFileError);
  await expect(readBytes(bytes)).rejects.toThrow(message);
});

test('a file that does not exist has no variables', () => {
  expect(readEnvFile('/nowhere/.env')).toEqual({});
});
