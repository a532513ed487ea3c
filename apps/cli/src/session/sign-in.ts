import { createClient, type PaydeckClient, type SignedInUser, secondFactorOf } from '@paydeck/client';
import { type Command, Option } from 'commander';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import { isUnanswered, noServerAnswers } from '../errors/no-server.ts';
import { urlOption } from './connect.ts';

type Credentials = { username: string; password: string };

/** The values of the options that `addServerOptions` declares. */
export type ServerOptions = { url: string } & Credentials;

/** Declares the options of `paydeck demo`, which signs in by itself. */
export function addServerOptions(command: Command): Command {
  return command
    .addOption(urlOption())
    .addOption(
      new Option('--username <name>', 'user to sign in as')
        .env('PAYDECK_USERNAME')
        .default('admin')
        .helpGroup('Connection:'),
    )
    .addOption(
      new Option(
        '--password <password>',
        'the environment variable is safer, since other users can see arguments',
      )
        .env('PAYDECK_PASSWORD')
        .default('admin123', 'the development password')
        .helpGroup('Connection:'),
    );
}

/** Creates a client and signs it in. The caller must close it. Rejects as `signInWith` does. */
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

/**
 * Signs a client in. `readCode` gets the code for a user who has a second factor; without it, such a user is refused. Rejects
 * with the client's error, or with `CommandError` when no server answers.
 */
export async function signInWith(
  client: PaydeckClient,
  credentials: Credentials,
  readCode?: () => Promise<string>,
): Promise<SignedInUser> {
  try {
    return await client.signIn(credentials);
  } catch (error) {
    const request = secondFactorOf(error);
    if (request !== null) {
      if (readCode === undefined) throw needsCode(error);
      return client.verifySecondFactor({ challenge: request.challenge, code: await readCode() });
    }
    throw isUnanswered(error) ? noServerAnswers(client.url, error) : error;
  }
}

const needsCode = (cause: unknown) =>
  new CommandError(
    'This user has a second factor.',
    'Use a user without one, or sign in with `paydeck login`.',
    { exitCode: exitCodes.notAllowed, cause },
  );
