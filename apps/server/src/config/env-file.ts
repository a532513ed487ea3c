import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { invalidUtf8At } from '@paydeck/contract/utf8';

/** Why a `.env` file can't be read, and what to do: a sentence. */
export class EnvFileError extends Error {
  override readonly name = 'EnvFileError';
}

/**
 * The variables of an environment file; none if the file does not exist. Windows editors save it with a byte order mark or as
 * UTF-16, which must not hide its first variable. Throws `EnvFileError` for bytes that are not text.
 */
export function readEnvFile(file: string): Readonly<Record<string, string | undefined>> {
  return existsSync(file) ? parseEnv(decode(readFileSync(file), file)) : {};
}

function decode(bytes: Buffer, file: string): string {
  const encoding = utf16Of(bytes) ?? 'utf-8';
  const invalidAt = encoding === 'utf-8' ? invalidUtf8At(bytes) : null;
  if (invalidAt !== null) throw unreadable(file, bytes, invalidAt);
  // The decoder removes the byte order mark.
  const text = new TextDecoder(encoding).decode(bytes);
  if (text.includes('\0')) throw unreadable(file, bytes, bytes.indexOf(0));
  return text;
}

function utf16Of(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
}

function unreadable(file: string, bytes: Buffer, at: number): EnvFileError {
  const line = bytes.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
  return new EnvFileError(
    `The file ${file} must be UTF-8, but byte ${at + 1}, in line ${line}, is not. Save it as UTF-8.`,
  );
}
