import { createClient, type PaydeckClient, reasonOf } from '@paydeck/client';
import { type Command, Option } from 'commander';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import { isUnanswered, noServerAnswers } from '../errors/no-server.ts';
import { parseServerUrl } from '../options/option-values.ts';
import { confirmOnTerminal } from './confirm-password.ts';
import { fileTokenStore } from './credentials.ts';

/** The values of the options that `addConnectionOptions` declares. */
export type ConnectionOptions = { url: string; apiKey?: string; json?: true };

const defaultUrl = 'http://localhost:3000';

export const urlOption = () =>
  new Option('--url <url>', 'address of the server')
    .env('PAYDECK_URL')
    .default(defaultUrl)
    .argParser(parseServerUrl)
    .helpGroup('Connection:');

/** Declares the options of every command that uses a sign-in or an API key. */
export function addConnectionOptions(command: Command): Command {
  return command
    .option('--json', 'print JSON, for scripts')
    .addOption(urlOption())
    .addOption(
      new Option(
        '--api-key <key>',
        'use an API key instead of the sign-in; the environment variable is safer, since other users can see arguments',
      )
        .env('PAYDECK_API_KEY')
        .helpGroup('Connection:'),
    );
}

/** Runs a command with a client that uses the API key, or the sign-in of `paydeck login`, and closes the client. */
export async function withClient<T>(
  { url, apiKey }: ConnectionOptions,
  run: (client: PaydeckClient) => Promise<T>,
): Promise<T> {
  // Not in the option's parser, whose error would show the key.
  if (apiKey && !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new CommandError(
      'An API key must not contain spaces or special characters.',
      'Paste it exactly as it was shown.',
      { exitCode: exitCodes.usage },
    );
  }
  const signIn = { url, tokens: fileTokenStore(url), confirmPassword: confirmOnTerminal };
  await using client = createClient(apiKey ? { url, apiKey } : signIn);
  if (!apiKey && (await client.session.load()) === null) throw await notSignedIn(url);
  try {
    return await run(client);
  } catch (error) {
    if (isUnanswered(error)) throw unreachable(url, error);
    // The server treats anything that does not look like an API key as an access token. Signing in would not help.
    if (!apiKey || reasonOf(error) !== 'token_invalid') throw error;
    throw new CommandError('That is not an API key.', 'Paste it exactly as it was shown.', {
      exitCode: exitCodes.notAllowed,
      cause: error,
    });
  }
}

/**
 * The failure of a command without a sign-in. If the server does not answer, the error says that first, because nobody can
 * sign in there.
 */
async function notSignedIn(url: string): Promise<CommandError> {
  try {
    // Any answer will do. A call of the client would be retried for seconds.
    await fetch(`${url}/health`, { signal: AbortSignal.timeout(10_000) });
  } catch (error) {
    return noServerAnswers(url, error);
  }
  return new CommandError(
    `You are not signed in at ${url}.`,
    `Run \`paydeck login${url === defaultUrl ? '' : ` --url ${url}`}\`, or set PAYDECK_API_KEY.`,
    { exitCode: exitCodes.notAllowed },
  );
}

const unreachable = (url: string, cause: unknown) =>
  new CommandError(
    `The server at ${url} cannot be reached.`,
    'Run the command again when it is back, or name another address with --url.',
    { exitCode: exitCodes.unreachable, cause },
  );
