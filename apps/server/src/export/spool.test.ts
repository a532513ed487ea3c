import { once } from 'node:events';
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createPiecePool } from '@paydeck/db/payment-copy';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSpool } from './spool.ts';

async function temporaryFolder() {
  const directory = await mkdtemp(join(tmpdir(), 'paydeck-spool-test-'));
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) };
}

/** The files in a folder that this process has open, with or without a name. Only Linux lists them. */
async function openFiles(directory: string): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const numbers = await readdir('/proc/self/fd');
  const targets = await Promise.all(numbers.map((n) => readlink(`/proc/self/fd/${n}`).catch(() => '')));
  return targets.filter((target) => target.startsWith(directory));
}

/** Few bytes, so that a short test uses memory, one file and several files. */
const small = { memoryBytes: 20, fileBytes: 30, reserveBytes: 0 };
const filled = (spool: ReturnType<typeof createSpool>, chunk: Buffer) =>
  new Promise<void>((resolve, reject) => spool.write(chunk, (error) => (error ? reject(error) : resolve())));

test('bytes come out as they went in, whichever side is faster', async () => {
  await using folder = await temporaryFolder();
  /** Writes a chunk of so many bytes, or reads one. */
  const steps = fc.array(fc.oneof(fc.integer({ min: 1, max: 25 }), fc.constant('read' as const)));
  const property = fc.asyncProperty(steps, async (taken) => {
    const spool = createSpool(createPiecePool(), { ...small, ...folder });
    const [sent, received]: [Buffer[], Buffer[]] = [[], []];
    for (const step of taken) {
      if (step === 'read') {
        const chunk: Buffer | null = spool.read();
        if (chunk !== null) received.push(chunk);
      } else {
        const chunk = Buffer.alloc(step, sent.length % 251);
        sent.push(Buffer.from(chunk));
        await filled(spool, chunk);
      }
    }
    spool.end();
    received.push(await buffer(spool));
    expect(Buffer.concat(received).equals(Buffer.concat(sent))).toBe(true);
  });
  await fc.assert(property);
});

test('a reader that has caught up is served from memory again', async () => {
  await using folder = await temporaryFolder();
  const spool = createSpool(createPiecePool(), { ...small, ...folder });
  const readable = async (bytes: number) => {
    const parts: Buffer[] = [];
    while (Buffer.concat(parts).length < bytes) {
      const part: Buffer | null = spool.read();
      if (part === null) await once(spool, 'readable');
      else parts.push(part);
    }
    return Buffer.concat(parts);
  };
  for (let round = 0; round < 5; round++) {
    const chunks = [15, 15, 25, 25].map((length, n) => Buffer.alloc(length, 10 * round + n));
    for (const chunk of chunks) await filled(spool, chunk);
    expect(await readable(80)).toEqual(Buffer.concat(chunks));
  }
  spool.destroy();
});

test('a file has no name, and is closed with the spool', async () => {
  await using folder = await temporaryFolder();
  const spool = createSpool(createPiecePool(), { ...small, ...folder });
  for (let n = 0; n < 20; n++) await filled(spool, Buffer.alloc(10));
  expect(await readdir(folder.directory)).toEqual([]);
  if (process.platform === 'linux') expect(await openFiles(folder.directory)).not.toEqual([]);
  spool.destroy();
  await once(spool, 'close');
  expect(await openFiles(folder.directory)).toEqual([]);
});

test('a spool that is destroyed while it opens a file leaves none open', async () => {
  await using folder = await temporaryFolder();
  const spool = createSpool(createPiecePool(), { ...small, ...folder });
  spool.on('error', () => {});
  spool.write(Buffer.alloc(100));
  spool.destroy();
  await once(spool, 'close');
  expect(await openFiles(folder.directory)).toEqual([]);
});

test('a full disk, or a missing folder, ends the spool with what to do', async () => {
  await using folder = await temporaryFolder();
  const full = createSpool(createPiecePool(), { ...small, ...folder, reserveBytes: 2 ** 60 });
  full.write(Buffer.alloc(100));
  await expect(buffer(full)).rejects.toThrow(
    /must have \d+ MB free .* set TMPDIR to a folder on another one/,
  );
  const missing = createSpool(createPiecePool(), { ...small, directory: join(folder.directory, 'missing') });
  missing.write(Buffer.alloc(100));
  await expect(buffer(missing)).rejects.toThrow(/ENOENT/);
});
