import { createClient, type PaydeckClient, reasonOf } from '@paydeck/client';
import { type Command, Option } from 'commander';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import { parseServerUrl } from '../options/option-values.ts';
import { fileTokenStore } from './credentials.ts';

/** The values of the options that `addConnectionOptions` declares. */
export type ConnectionOptions = { url: string; apiKey?: string; json?: true };

export const urlOption = () =>
  new Option('--url <url>', 'address of the server')
    .env('PAYDECK_URL')
    .default('http://localhost:3000')
    .argParser(parseServerUrl);

/** Declares what commands that talk to a server share. */
export function addConnectionOptions(command: Command): Command {
  return command
    .addOption(urlOption())
    .addOption(
      new Option(
        '--api-key <key>',
        'instead of a sign-in; prefer the environment: others can see arguments',
      ).env('PAYDECK_API_KEY'),
    )
    .option('--json', 'for machines');
}

/** Runs a command with a client that has an API key or the sign-in that `paydeck login` has kept, and closes it. */
export async function withClient<T>(
  { url, apiKey }: ConnectionOptions,
  run: (client: PaydeckClient) => Promise<T>,
): Promise<T> {
  // Not as the option's parser: its error would show the key.
  if (apiKey && !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new CommandError('The API key holds characters that no key has.', 'Give it as it was shown.', {
      exitCode: exitCodes.usage,
    });
  }
  await using client = createClient(apiKey ? { url, apiKey } : { url, tokens: fileTokenStore(url) });
  if (!apiKey && (await client.session.load()) === null) {
    throw new CommandError(
      `You are not signed in at ${url}.`,
      'Run `paydeck login`, or set PAYDECK_API_KEY.',
      {
        exitCode: exitCodes.notAllowed,
      },
    );
  }
  try {
    return await run(client);
  } catch (error) {
    // What does not look like an API key is taken for an access token; signing in would not help.
    if (!apiKey || reasonOf(error) !== 'token_invalid') throw error;
    throw new CommandError('This is no API key.', 'Give it as it was shown.', {
      exitCode: exitCodes.notAllowed,
      cause: error,
    });
  }
}
