import { type Command, Option } from 'commander';
import { formatInstant, plain, print, printJson, printJsonLines, printTable } from '../output/output.ts';
import { addConnectionOptions, type ConnectionOptions, withClient } from '../session/connect.ts';

type CreateOptions = ConnectionOptions & { role: 'admin' | 'viewer'; expires?: string };

/** `paydeck keys …`: for admins who signed in. */
export function addKeyCommands(program: Command): void {
  const keys = program.command('keys').description('make and revoke API keys for scripts');

  addConnectionOptions(keys.command('list').description('list all API keys, those that ended included'))
    .addHelpText('after', '\nExamples:\n  $ paydeck keys list\n  $ paydeck keys list --json')
    .action(list);

  addConnectionOptions(keys.command('create').description('make an API key, which is shown this once'))
    .argument('<name>', 'what it is for')
    .addOption(new Option('--role <role>', 'what it may do').choices(['admin', 'viewer']).default('viewer'))
    .option('--expires <instant>', 'when it ends: a date or an instant, ISO 8601 (default: never)')
    .addHelpText(
      'after',
      `
The key alone goes to stdout, so that it can be put where it belongs without being seen.

Examples:
  $ paydeck keys create "nightly export" --expires 2027-01-01
  $ paydeck keys create import --role admin > key.txt
  $ PAYDECK_API_KEY=$(cat key.txt) paydeck payments import march.csv`,
    )
    .action(create);

  addConnectionOptions(keys.command('revoke').description('end an API key at once'))
    .argument('<id>', 'of the list')
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
    printTable(
      ['id', 'name', 'key', 'role', 'of', 'created', 'last used', 'ends'],
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
    process.stderr.write(`API key “${plain(name)}” (${role}), id ${created.id}. It is shown this once:\n`);
    print(created.key);
  });
