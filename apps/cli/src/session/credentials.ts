import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTokens, type TokenStore } from '@paydeck/client';
import { xdgConfig } from 'xdg-basedir';
import { CommandError } from '../errors/command-error.ts';

/** Tokens by the address of their server, each as the client's JSON text. */
type Credentials = Record<string, string>;

function credentialsFile(): { folder: string; file: string } {
  if (xdgConfig === undefined) {
    throw new CommandError(
      'A sign-in needs a home folder to be stored in.',
      'Set HOME or XDG_CONFIG_HOME, or use PAYDECK_API_KEY.',
    );
  }
  const folder = join(xdgConfig, 'paydeck');
  return { folder, file: join(folder, 'credentials.json') };
}

/**
 * Stores the sign-in at a server in `$XDG_CONFIG_HOME/paydeck/credentials.json`, which only its owner can read. Commands
 * that run at the same time share it.
 */
export function fileTokenStore(url: string): TokenStore {
  return {
    load: async () => parseTokens((await readCredentials())[url] ?? null),
    save: async (tokens) => {
      const { [url]: _replaced, ...others } = await readCredentials();
      await writeCredentials(tokens === null ? others : { ...others, [url]: JSON.stringify(tokens) });
    },
  };
}

async function readCredentials(): Promise<Credentials> {
  const { file } = credentialsFile();
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new CommandError(`${file} can't be read.`, 'It must be a file that you own.', { cause: error });
  }
  try {
    const value: unknown = JSON.parse(text);
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    return Object.fromEntries(entries.map(([url, tokens]) => [url, String(tokens)]));
  } catch {
    throw new CommandError(`${file} is damaged.`, 'Delete it, then sign in again.');
  }
}

/** Writes a new file and renames it, so that no reader sees half of it. */
async function writeCredentials(credentials: Credentials): Promise<void> {
  const { folder, file } = credentialsFile();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const next = `${file}.${process.pid}`;
  await writeFile(next, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  await rename(next, file);
}
