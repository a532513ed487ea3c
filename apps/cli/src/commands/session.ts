import { createClient } from '@paydeck/client';
import type { Command } from 'commander';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import { print, printJson, toPlainLine } from '../output/output.ts';
import { addConnectionOptions, type ConnectionOptions, urlOption, withClient } from '../session/connect.ts';
import { fileTokenStore } from '../session/credentials.ts';
import { ask, readPassword, stdinLines } from '../session/passwords.ts';
import { signInWith } from '../session/sign-in.ts';

/** `paydeck login`, `logout` and `whoami`. */
export function addSessionCommands(program: Command): void {
  program
    .command('login')
    .description('sign in at a server; later commands use the sign-in')
    .argument('[username]', 'user to sign in as', 'admin')
    .addOption(urlOption())
    .option('--password-stdin', 'read the password from the first line of stdin, and a code from the second')
    .option(
      '--code <code>',
      'code of your authenticator app, or a recovery code, if you have a second factor',
    )
    .addHelpText(
      'after',
      `
The sign-in is stored in $XDG_CONFIG_HOME/paydeck (~/.config/paydeck), readable only by you, and lasts until you sign
out or do not use it for 30 days. For scripts, use an API key instead: see \`paydeck keys --help\`.

Examples:
  $ paydeck login                                   as admin at http://localhost:3000; asks for the password
  $ paydeck login jane --url https://pay.example.com
  $ paydeck login jane --password-stdin < password.txt
  $ paydeck login jane --code 287082                with a second factor; without --code it asks for the code`,
    )
    .action(login);

  program
    .command('logout')
    .description('sign out, here and on the server')
    .addOption(urlOption())
    .addHelpText('after', '\nExamples:\n  $ paydeck logout\n  $ paydeck logout --url https://pay.example.com')
    .action(logout);

  addConnectionOptions(
    program.command('whoami').description('show which user and which API key commands run as'),
  )
    .addHelpText('after', '\nExamples:\n  $ paydeck whoami\n  $ PAYDECK_API_KEY=pdk_… paydeck whoami --json')
    .action((options: ConnectionOptions) =>
      withClient(options, async (client) => {
        const me = await client.api.auth.me.query();
        if (options.json) return printJson(me);
        const key = me.apiKey === undefined ? '' : `, with the API key “${me.apiKey.name}”`;
        print(toPlainLine(`${me.username} (${me.role})${key}, at ${options.url}`));
      }),
    );
}

type LoginOptions = { url: string; passwordStdin?: true; code?: string };

async function login(username: string, { url, passwordStdin, code }: LoginOptions): Promise<void> {
  const [stdinPassword, stdinCode] = passwordStdin ? await stdinLines() : [];
  const password =
    stdinPassword ?? (await readPassword(`Password of ${username} at ${url}:`, { fromStdin: false }));
  await using client = createClient({ url, tokens: fileTokenStore(url) });
  const user = await signInWith(client, { username, password }, () => readCode(code || stdinCode));
  print(`Signed in as ${user.username} (${user.role}) at ${url}.`);
}

/** The code that was given, or else the one that the user types. */
async function readCode(given: string | undefined): Promise<string> {
  if (given) return given;
  if (process.stdin.isTTY) return ask('Code of your authenticator app, or a recovery code:');
  throw new CommandError(
    'This user has a second factor.',
    'Add --code with a code of the authenticator app, or a recovery code.',
    { exitCode: exitCodes.usage },
  );
}

async function logout({ url }: { url: string }): Promise<void> {
  await using client = createClient({ url, tokens: fileTokenStore(url) });
  if ((await client.session.load()) === null) return print(`You were not signed in at ${url}.`);
  const { endedOnServer } = await client.signOut();
  print(
    endedOnServer
      ? `Signed out at ${url}.`
      : 'Signed out here. The server could not be reached: the session ends there within 30 days.',
  );
}
