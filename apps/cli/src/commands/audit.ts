import type { PaydeckClient, RouterInputs, RouterOutputs } from '@paydeck/client';
import { auditActions, auditCsvHeader, auditCsvLine, maxAuditRows } from '@paydeck/contract/audit';
import { type Command, Option } from 'commander';
import { asWritten, parseEnd, parseInstant } from '../options/instants.ts';
import { parseInteger } from '../options/option-values.ts';
import { formatInstant, print, printJsonLine, printTable } from '../output/output.ts';
import { addConnectionOptions, type ConnectionOptions, withClient } from '../session/connect.ts';
import { findUser } from './find-user.ts';

type AuditOptions = ConnectionOptions & {
  actor?: string;
  action?: string[];
  subject?: string;
  from?: string;
  to?: string;
  limit: number;
  all?: true;
  format?: 'csv' | 'jsonl';
};

type Entry = RouterOutputs['audit']['list']['items'][number];
type Filter = NonNullable<RouterInputs['audit']['list']>;

const knownActions = Object.entries(auditActions)
  .map(([area, actions]) => `  ${area}: ${actions.join(', ')}`)
  .join('\n');

/** `paydeck audit`, for admins and their API keys. */
export function addAuditCommand(program: Command): void {
  const command = program
    .command('audit')
    .description('show what happened: sign-ins, refusals, exports, changes; newest first')
    .option('--actor <username>', 'only what this user did')
    .option(
      '--action <names>',
      'only these actions; separate several with commas',
      (text, before: string[] = []) => [...before, ...text.split(',').map((name) => name.trim())],
    )
    .option('--subject <name>', 'only what was done to this user, by name, or to anything with this id')
    .option(
      '--from <instant>',
      'at or after this date, instant (ISO 8601) or age, such as 7d',
      asWritten(parseInstant),
    )
    .option(
      '--to <instant>',
      'until the end of this date, or before this instant (ISO 8601) or age',
      asWritten(parseEnd),
    )
    .option('--limit <n>', 'how many entries at most', parseInteger({ min: 1, max: 1_000_000 }), 50)
    .option('--all', 'all entries, without a limit')
    .addOption(new Option('--format <name>', 'a table is the default').choices(['csv', 'jsonl']));
  addConnectionOptions(command)
    .addHelpText(
      'after',
      `
Actions:
${knownActions}

Examples:
  $ paydeck audit --action user.login_failed,user.login_limited --from 24h
  $ paydeck audit --actor jane --all --format csv > jane.csv
  $ paydeck audit --all --format jsonl > audit.jsonl`,
    )
    .action(show);
}

const show = (options: AuditOptions) =>
  withClient(options, async (client) => {
    const filter = await readFilter(client, options);
    const entries = entriesOf(client, filter, options.all ? Number.POSITIVE_INFINITY : options.limit);
    if (options.json || options.format === 'jsonl') {
      for await (const entry of entries) printJsonLine(entry);
    } else if (options.format === 'csv') {
      process.stdout.write(`${auditCsvHeader}\r\n`);
      for await (const entry of entries) process.stdout.write(`${auditCsvLine(entry)}\r\n`);
    } else {
      await printEntries(entries);
    }
  });

/** The entries of all pages, in the order of the server: newest first. */
async function* entriesOf(client: PaydeckClient, filter: Filter, limit: number): AsyncGenerator<Entry> {
  let left = limit;
  let cursor: string | undefined;
  do {
    const page = await client.api.audit.list.query({
      ...filter,
      limit: Math.min(left, maxAuditRows),
      ...(cursor !== undefined && { cursor }),
    });
    yield* page.items;
    left -= page.items.length;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && left > 0);
}

async function printEntries(entries: AsyncIterable<Entry>): Promise<void> {
  const rows: (string | number | null)[][] = [];
  for await (const { at, action, actor, apiKey, subject, details, address } of entries) {
    const who = apiKey === null ? (actor?.username ?? null) : `${actor?.username} (key ${apiKey.name})`;
    const about = subject === null ? null : (subject.name ?? subject.id);
    rows.push([formatInstant(at), action, who, about, address, JSON.stringify(details)]);
  }
  if (rows.length === 0) print('There are no such entries.');
  else printTable(['time', 'action', 'user', 'subject', 'address', 'details'], rows);
}

async function readFilter(client: PaydeckClient, options: AuditOptions): Promise<Filter> {
  const { actor, action, subject, from, to } = options;
  const actorId = actor === undefined ? undefined : (await findUser(client, actor)).id;
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(subject ?? '');
  const subjectId = subject === undefined || isId ? subject : (await findUser(client, subject)).id;
  return {
    ...(actorId !== undefined && { actorId }),
    ...(action !== undefined && { action }),
    ...(subjectId !== undefined && { subjectId }),
    ...(from !== undefined && { from: parseInstant(from) }),
    ...(to !== undefined && { to: parseEnd(to) }),
  };
}
