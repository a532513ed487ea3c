import { createClient } from '@paydeck/client';
import type { Command } from 'commander';
import { print, printJson, toPlainLine } from '../output/output.ts';
import { addConnectionOptions, type ConnectionOptions, urlOption, withClient } from '../session/connect.ts';
import { fileTokenStore } from '../session/credentials.ts';
import { readPassword } from '../session/passwords.ts';
import { signInWith } from '../session/sign-in.ts';

/** `paydeck login`, `logout` and `whoami`. */
export function addSessionCommands(program: Command): void {
  program
    .command('login')
    .description('sign in at a server; later commands use the sign-in')
    .argument('[username]', 'user to sign in as', 'admin')
    .addOption(urlOption())
    .option('--password-stdin', 'read the password from stdin')
    .addHelpText(
      'after',
      `
The sign-in is stored in $XDG_CONFIG_HOME/paydeck (~/.config/paydeck), readable only by you, and lasts until you sign
out or do not use it for 30 days. For scripts, use an API key instead: see \`paydeck keys --help\`.

Examples:
  $ paydeck login                                   as admin at http://localhost:3000; asks for the password
  $ paydeck login jane --url https://pay.example.com
  $ paydeck login jane --password-stdin < password.txt`,
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

async function login(username: string, options: { url: string; passwordStdin?: true }): Promise<void> {
  const { url } = options;
  const password = await readPassword(`Password of ${username} at ${url}:`, {
    fromStdin: options.passwordStdin === true,
  });
  await using client = createClient({ url, tokens: fileTokenStore(url) });
  const user = await signInWith(client, { username, password });
  print(`Signed in as ${user.username} (${user.role}) at ${url}.`);
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
