import type { PaydeckClient } from '@paydeck/client';
import { type Role, roles } from '@paydeck/contract/users';
import { type Command, Option } from 'commander';
import { formatInstant, print, printJson, printJsonLines, printTable } from '../output/output.ts';
import { addConnectionOptions, type ConnectionOptions, withClient } from '../session/connect.ts';
import { readPassword } from '../session/passwords.ts';
import { findUser, type User } from './find-user.ts';
import { addPasswordLinkCommands, printPasswordLink } from './password-links.ts';

type PasswordOptions = ConnectionOptions & { passwordStdin?: true };

/** `paydeck users …`, for admins who signed in with a password. */
export function addUserCommands(program: Command): void {
  const users = program
    .command('users')
    .description('manage users and their roles; needs the sign-in of an admin');
  const command = (name: string, description: string, examples: string) =>
    addConnectionOptions(users.command(name).description(description)).addHelpText(
      'after',
      `\nExamples:\n${examples}`,
    );

  command('list', 'list all users', '  $ paydeck users list\n  $ paydeck users list --json').action(list);

  command(
    'create',
    'add a user',
    '  $ paydeck users create jane --link\n  $ paydeck users create jane --role admin --password-stdin < password.txt',
  )
    .argument('<username>')
    .addOption(new Option('--role <role>', 'role of the user').choices(roles).default('viewer'))
    .option('--password-stdin', 'read the password from stdin')
    .addOption(
      new Option('--link', 'print a link with which the user sets a password').conflicts('passwordStdin'),
    )
    .action(create);

  command('set-role', 'change the role of a user', '  $ paydeck users set-role jane admin')
    .argument('<username>')
    .addArgument(users.createArgument('<role>').choices(roles))
    .action((username: string, role: Role, options: ConnectionOptions) =>
      change(username, options, (client, { id }) => client.api.users.update.mutate({ id, role })),
    );

  command(
    'deactivate',
    'end the sessions of a user, and refuse new ones',
    '  $ paydeck users deactivate jane',
  )
    .argument('<username>')
    .action((username: string, options: ConnectionOptions) =>
      change(username, options, (client, { id }) => client.api.users.update.mutate({ id, active: false })),
    );

  command('activate', 'let a deactivated user sign in again', '  $ paydeck users activate jane')
    .argument('<username>')
    .action((username: string, options: ConnectionOptions) =>
      change(username, options, (client, { id }) => client.api.users.update.mutate({ id, active: true })),
    );

  command(
    'reset-password',
    'set a new password for a user, which ends all sessions of the user',
    '  $ paydeck users reset-password jane\n  $ paydeck users reset-password jane --password-stdin < password.txt',
  )
    .argument('<username>')
    .option('--password-stdin', 'read the password from stdin')
    .action((username: string, options: PasswordOptions) =>
      change(username, options, async (client, user) => {
        const password = await newPassword(username, options);
        await client.api.users.resetPassword.mutate({ id: user.id, password });
        return user;
      }),
    );

  command(
    'remove-second-factor',
    'remove the second factor of a user who lost it, and end all sessions of the user',
    '  $ paydeck users remove-second-factor jane',
  )
    .argument('<username>')
    .action((username: string, options: ConnectionOptions) =>
      change(username, options, async (client, user) => {
        await client.api.users.removeSecondFactor.mutate({ id: user.id });
        return { ...user, hasSecondFactor: false };
      }),
    );

  addPasswordLinkCommands(users);
}

const list = (options: ConnectionOptions) =>
  withClient(options, async (client) => {
    const found = await client.api.users.list.query();
    if (options.json) return printJsonLines(found);
    printTable(
      ['username', 'role', 'active', 'second factor', 'created', 'id'],
      found.map(({ username, role, active, hasSecondFactor, createdAt, id }) => [
        username,
        role,
        active ? 'yes' : 'no',
        hasSecondFactor ? 'yes' : 'no',
        formatInstant(createdAt),
        id,
      ]),
    );
  });

const create = (username: string, options: PasswordOptions & { role: Role; link?: true }) =>
  withClient(options, async (client) => {
    const { role } = options;
    if (options.link) {
      const { id } = await client.api.users.create.mutate({ username, role });
      return printPasswordLink(client, id, options);
    }
    const password = await newPassword(username, options);
    show(await client.api.users.create.mutate({ username, password, role }), options);
  });

/** Finds a user, makes the change, and prints the user. */
const change = (
  username: string,
  options: ConnectionOptions,
  write: (client: PaydeckClient, user: User) => Promise<User>,
) =>
  withClient(options, async (client) => {
    show(await write(client, await findUser(client, username)), options);
  });

const newPassword = (username: string, { passwordStdin }: PasswordOptions) =>
  readPassword(`New password for ${username}:`, { fromStdin: passwordStdin === true });

function show(user: User, { json }: ConnectionOptions): void {
  if (json) printJson(user);
  else print(`${user.username}: ${user.role}${user.active ? '' : ', deactivated'}`);
}
