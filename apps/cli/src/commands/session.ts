import { createClient } from '@paydeck/client';
import type { Command } from 'commander';
import { plain, print, printJson } from '../output/output.ts';
import { addConnectionOptions, type ConnectionOptions, urlOption, withClient } from '../session/connect.ts';
import { fileTokenStore } from '../session/credentials.ts';
import { readPassword } from '../session/passwords.ts';
import { signInWith } from '../session/sign-in.ts';

/** `paydeck login`, `logout` and `whoami`. */
export function addSessionCommands(program: Command): void {
  program
    .command('login')
    .description('sign in; commands at this address are yours from then on')
    .argument('[username]', 'who signs in', 'admin')
    .addOption(urlOption())
    .option('--password-stdin', 'read the password from stdin')
    .addHelpText(
      'after',
      `
The sign-in is kept in $XDG_CONFIG_HOME/paydeck (~/.config/paydeck), for you alone, and renews itself. Scripts had
better have an API key: see \`paydeck keys --help\`.

Examples:
  $ paydeck login                                   as admin at http://localhost:3000; asks for the password
  $ paydeck login jane --url https://pay.example.com
  $ paydeck login jane --password-stdin < password.txt`,
    )
    .action(login);

  program
    .command('logout')
    .description('end the sign-in, here and on the server')
    .addOption(urlOption())
    .addHelpText('after', '\nExamples:\n  $ paydeck logout\n  $ paydeck logout --url https://pay.example.com')
    .action(logout);

  addConnectionOptions(program.command('whoami').description('show who is signed in, and with which API key'))
    .addHelpText('after', '\nExamples:\n  $ paydeck whoami\n  $ PAYDECK_API_KEY=pdk_… paydeck whoami --json')
    .action((options: ConnectionOptions) =>
      withClient(options, async (client) => {
        const me = await client.api.auth.me.query();
        if (options.json) return printJson(me);
        const key = me.apiKey === undefined ? '' : `, with the API key “${me.apiKey.name}”`;
        print(plain(`${me.username} (${me.role})${key}, at ${options.url}`));
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
  if ((await client.session.load()) === null) return print(`Nobody was signed in at ${url}.`);
  const { endedOnServer } = await client.signOut();
  print(
    endedOnServer
      ? `Signed out at ${url}.`
      : 'Signed out here. The server was not reached: there the session ends by itself within 30 days.',
  );
}
