import { createClient, isRetryable, reasonOf } from '@paydeck/client';
import { type Command, Option } from 'commander';
import { CommandError } from './command-error.ts';
import { parseServerUrl } from './option-values.ts';

/** The values of the options that `addServerOptions` declares. */
export type ServerOptions = { url: string; username: string; password: string };

/** Declares how to reach a server: the only place where the command line looks at the environment. */
export function addServerOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--url <url>', 'address of the server')
        .env('PAYDECK_URL')
        .default('http://localhost:3000')
        .argParser(parseServerUrl),
    )
    .addOption(new Option('--username <name>', 'who signs in').env('PAYDECK_USERNAME').default('admin'))
    .addOption(
      new Option('--password <password>', 'prefer the environment: others can see arguments')
        .env('PAYDECK_PASSWORD')
        .default('admin123', 'the development password'),
    );
}

/** A client that is signed in; the caller closes it. Rejects with the client's error, or a CommandError when there is no server. */
export async function signIn({ url, username, password }: ServerOptions) {
  const client = createClient({ url });
  try {
    await client.signIn({ username, password });
  } catch (error) {
    await client.close();
    if (isRetryable(error) && reasonOf(error) === null) {
      throw new CommandError(
        `No Paydeck server answers at ${url}.`,
        'Start it with `npx -y pnpm@12 start`, or give another address with --url.',
        { cause: error },
      );
    }
    throw error;
  }
  return client;
}
