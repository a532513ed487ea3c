import type { PaydeckClient } from '@paydeck/client';
import type { Command } from 'commander';
import { parseId } from '../options/option-values.ts';
import { formatInstant, print, printJson, printJsonLines, printTable } from '../output/output.ts';
import { addConnectionOptions, type ConnectionOptions, withClient } from '../session/connect.ts';
import { findUser } from './find-user.ts';

type UserOptions = ConnectionOptions & { user?: string };
type EndAllOptions = UserOptions & { includingThis?: true };

/** `paydeck sessions …`: the caller's own, or with `--user` another user's, for admins. */
export function addOpenSessionCommands(program: Command): void {
  const sessions = program
    .command('sessions')
    .description('list and end sign-ins: your own, or as an admin those of every user');
  const command = (name: string, description: string, examples: string) =>
    addConnectionOptions(sessions.command(name).description(description)).addHelpText(
      'after',
      `\nExamples:\n${examples}`,
    );
  const ofUser = ['--user <username>', 'the user whose sessions these are (default: you)'] as const;

  command('list', 'list open sessions', '  $ paydeck sessions list\n  $ paydeck sessions list --user jane')
    .option(...ofUser)
    .action(list);

  command('end', 'end a session at once', '  $ paydeck sessions end 0199e0c4-…')
    .argument('<id>', 'id of the session, from `paydeck sessions list`', parseId)
    .action((id: string, options: ConnectionOptions) =>
      withClient(options, async (client) => {
        await client.api.sessions.end.mutate({ id });
        if (options.json) printJson({ id, ended: true });
        else print('Ended.');
      }),
    );

  command(
    'end-all',
    'sign out everywhere else',
    '  $ paydeck sessions end-all\n  $ paydeck sessions end-all --including-this\n  $ paydeck sessions end-all --user jane',
  )
    .option(...ofUser)
    .option('--including-this', 'end the session of this command too')
    .action(endAll);
}

const list = (options: UserOptions) =>
  withClient(options, async (client) => {
    const found = await client.api.sessions.list.query(await inputOf(client, options));
    if (options.json) return printJsonLines(found);
    printTable(
      ['id', 'signed in', 'last used', 'address', 'client'],
      found.map(({ id, createdAt, lastUsedAt, address, userAgent, current }) => [
        id,
        formatInstant(createdAt),
        formatInstant(lastUsedAt),
        address ?? 'unknown',
        current ? 'this session' : (userAgent ?? 'unknown'),
      ]),
    );
  });

const endAll = (options: EndAllOptions) =>
  withClient(options, async (client) => {
    const keepCurrent = options.includingThis !== true;
    const input = { ...(await inputOf(client, options)), keepCurrent };
    const answer = await client.api.sessions.endAll.mutate(input);
    if (options.json) printJson(answer);
    else print(answer.ended === 1 ? 'Ended 1 session.' : `Ended ${answer.ended} sessions.`);
  });

async function inputOf(client: PaydeckClient, { user }: UserOptions): Promise<{ userId?: string }> {
  return user === undefined ? {} : { userId: (await findUser(client, user)).id };
}
