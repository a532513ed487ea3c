import { type Role, roles } from '@paydeck/contract/users';
import { type Command, Option } from 'commander';
import { parseExpiry } from '../options/instants.ts';
import { parseId } from '../options/option-values.ts';
import {
  formatInstant,
  print,
  printJson,
  printJsonLines,
  printTableOr,
  toPlainLine,
} from '../output/output.ts';
import { addConnectionOptions, type ConnectionOptions, withClient } from '../session/connect.ts';

type CreateOptions = ConnectionOptions & { role: Role; expires?: string };

/** `paydeck keys …`, for admins who signed in with a password. */
export function addKeyCommands(program: Command): void {
  const keys = program
    .command('keys')
    .description('manage the API keys of scripts; needs the sign-in of an admin');

  addConnectionOptions(
    keys.command('list').description('list all API keys, including expired and revoked ones'),
  )
    .addHelpText('after', '\nExamples:\n  $ paydeck keys list\n  $ paydeck keys list --json')
    .action(list);

  const createCommand = keys
    .command('create')
    .description('create an API key, which is shown only once')
    .argument('<name>', 'says what the key is for')
    .addOption(new Option('--role <role>', 'role of the key').choices(roles).default('viewer'))
    .option(
      '--expires <instant>',
      'date or instant (ISO 8601) when the key expires, or the time from now, such as 90d (default: never)',
      (text) => parseExpiry(text),
    );
  addConnectionOptions(createCommand)
    .addHelpText(
      'after',
      `
Only the key itself goes to stdout, so you can redirect it to a file without showing it.

Examples:
  $ paydeck keys create "nightly export" --expires 2027-01-01
  $ paydeck keys create import --role admin --expires 90d > key.txt
  $ PAYDECK_API_KEY=$(cat key.txt) paydeck payments import march.csv`,
    )
    .action(create);

  addConnectionOptions(keys.command('revoke').description('revoke an API key at once'))
    .argument('<id>', 'id of the key, from `paydeck keys list`', parseId)
    .addHelpText('after', '\nExamples:\n  $ paydeck keys revoke 0199e0c4-…')
    .action((id: string, options: ConnectionOptions) =>
      withClient(options, async (client) => {
        await client.api.apiKeys.revoke.mutate({ id });
        if (options.json) printJson({ id, revoked: true });
        else print('Revoked.');
      }),
    );
}

const list = (options: ConnectionOptions) =>
  withClient(options, async (client) => {
    const found = await client.api.apiKeys.list.query();
    if (options.json) return printJsonLines(found);
    const now = new Date();
    printTableOr(
      'There are no API keys. Create one with `paydeck keys create <name>`.',
      ['id', 'name', 'key', 'role', 'created by', 'created', 'last used', 'expires'],
      found.map((key) => [
        key.id,
        key.name,
        key.hint,
        key.role,
        key.createdBy,
        formatInstant(key.createdAt),
        formatInstant(key.lastUsedAt) ?? 'never',
        key.revokedAt !== null
          ? `revoked ${formatInstant(key.revokedAt)}`
          : key.expiresAt !== null && key.expiresAt <= now
            ? `expired ${formatInstant(key.expiresAt)}`
            : (formatInstant(key.expiresAt) ?? 'never'),
      ]),
    );
  });

const create = (name: string, options: CreateOptions) =>
  withClient(options, async (client) => {
    const { role, expires: expiresAt } = options;
    const created = await client.api.apiKeys.create.mutate({ name, role, ...(expiresAt && { expiresAt }) });
    if (options.json) return printJson(created);
    process.stderr.write(
      `API key “${toPlainLine(name)}” (${role}), id ${created.id}. It is shown only once:\n`,
    );
    print(created.key);
  });
