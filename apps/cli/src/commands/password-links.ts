import type { PaydeckClient } from '@paydeck/client';
import type { Command } from 'commander';
import {
  formatInstant,
  print,
  printJson,
  printJsonLines,
  printTableOr,
  toPlainLine,
} from '../output/output.ts';
import { addConnectionOptions, type ConnectionOptions, withClient } from '../session/connect.ts';
import { findUser } from './find-user.ts';

/** `paydeck users password-link`, `password-links` and `revoke-password-link`. */
export function addPasswordLinkCommands(users: Command): void {
  const command = (name: string, description: string, examples: string) =>
    addConnectionOptions(users.command(name).description(description)).addHelpText(
      'after',
      `\nExamples:\n${examples}`,
    );

  command(
    'password-link',
    'make a link with which a user sets a password',
    `  $ paydeck users password-link jane
  $ paydeck users password-link jane > link.txt

Only the link goes to stdout. It works once, within 24 hours, and replaces an earlier one. Nothing is sent: give it to the
user yourself.`,
  )
    .argument('<username>')
    .action((username: string, options: ConnectionOptions) =>
      withClient(options, async (client) => {
        const { id } = await findUser(client, username);
        await printPasswordLink(client, id, options);
      }),
    );

  command(
    'password-links',
    'list the valid password links',
    '  $ paydeck users password-links\n  $ paydeck users password-links --json',
  ).action(list);

  command(
    'revoke-password-link',
    'revoke the password link of a user at once',
    '  $ paydeck users revoke-password-link jane',
  )
    .argument('<username>')
    .action((username: string, options: ConnectionOptions) =>
      withClient(options, async (client) => {
        const { id } = await findUser(client, username);
        await client.api.passwordLinks.revoke.mutate({ userId: id });
        if (options.json) printJson({ userId: id, revoked: true });
        else print('Revoked.');
      }),
    );
}

/** Makes a link, and prints it to stdout. The page is at the address of the server. */
export async function printPasswordLink(
  client: PaydeckClient,
  userId: string,
  { url, json }: ConnectionOptions,
): Promise<void> {
  const { token, ...link } = await client.api.passwordLinks.create.mutate({ userId });
  const address = `${url.replace(/\/+$/, '')}/set-password#${token}`;
  if (json) return printJson({ ...link, link: address });
  process.stderr.write(
    `With this link, ${toPlainLine(link.username)} sets a password. It works once, until ${formatInstant(link.expiresAt)}:\n`,
  );
  print(address);
}

const list = (options: ConnectionOptions) =>
  withClient(options, async (client) => {
    const links = await client.api.passwordLinks.list.query();
    if (options.json) return printJsonLines(links);
    printTableOr(
      'There are no valid password links.',
      ['username', 'created by', 'created', 'expires'],
      links.map(({ username, createdBy, createdAt, expiresAt }) => [
        username,
        createdBy,
        formatInstant(createdAt),
        formatInstant(expiresAt),
      ]),
    );
  });
