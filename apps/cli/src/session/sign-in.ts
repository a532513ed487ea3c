import { createClient, isRetryable, type PaydeckClient, reasonOf, type SignedInUser } from '@paydeck/client';
import { type Command, Option } from 'commander';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import { urlOption } from './connect.ts';

type Credentials = { username: string; password: string };

/** The values of the options that `addServerOptions` declares. */
export type ServerOptions = { url: string } & Credentials;

/** Declares a server, and whom the demo signs in as. */
export function addServerOptions(command: Command): Command {
  return command
    .addOption(urlOption())
    .addOption(new Option('--username <name>', 'who signs in').env('PAYDECK_USERNAME').default('admin'))
    .addOption(
      new Option('--password <password>', 'prefer the environment: others can see arguments')
        .env('PAYDECK_PASSWORD')
        .default('admin123', 'the development password'),
    );
}

/** A client that is signed in for as long as it lives; the caller closes it. Rejects as `signInWith` does. */
export async function signIn({ url, username, password }: ServerOptions): Promise<PaydeckClient> {
  const client = createClient({ url });
  try {
    await signInWith(client, { username, password });
  } catch (error) {
    await client.close();
    throw error;
  }
  return client;
}

/** Signs a client in. Rejects with the client's error, or a CommandError when there is no server. */
export async function signInWith(client: PaydeckClient, credentials: Credentials): Promise<SignedInUser> {
  try {
    return await client.signIn(credentials);
  } catch (error) {
    if (!isRetryable(error) || reasonOf(error) !== null) throw error;
    throw new CommandError(
      `No Paydeck server answers at ${client.url}.`,
      'Start it with `npx -y pnpm@12 start`, or give another address with --url.',
      { exitCode: exitCodes.unreachable, cause: error },
    );
  }
}
