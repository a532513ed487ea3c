import { hash } from 'node:crypto';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { auditText, chainStart } from './audit-text.ts';

/** The id of an audit row and its hash, in hexadecimal digits. */
export type AuditPlace = { id: number; hash: string };

/**
 * A place where the audit log is not as it was written:
 * - `changed`: the row, or the hash of the row before, is not the one that was written.
 * - `removed`: the rows from `id` to `lastId` are missing.
 * - `inserted`: the rows from `id` to `lastId` were added without the trigger that chains them.
 * - `sealed_rows_changed`: one of the rows to `lastId`, from before migration 0010, was changed, removed or inserted.
 */
export type AuditFinding = {
  problem: 'changed' | 'removed' | 'inserted' | 'sealed_rows_changed';
  id: number;
  lastId: number;
};

export type AuditCheck = {
  /** The rows that this call checked. */
  rows: number;
  findings: AuditFinding[];
  /** Where the next call continues; null at the end of the log. */
  next: AuditPlace | null;
  /** The newest row, as the database remembers it beside the log. */
  head: AuditPlace;
};

/** Rows that one statement checks: some 0.2 s. */
const rowsPerCall = 20_000;
/** Migration 0010 hashed the rows before it in blocks of so many ids. */
const idsPerBlock = 10_000;
const blocksPerCall = 2;
const maxFindings = 100;

type Seal = { lastId: number; digest: string };

/** The row in which migration 0010 sealed the rows before it. Uses `audit_log_action_at_idx`. */
const sealStatement = prepareStatement<Record<string, never>, Seal>(
  () => sql`
select (details->>'lastId')::bigint, details->>'digest'
from audit_log where action = 'audit.sealed' and hash is not null order by at, id limit 1`,
  ([lastId, digest]) => ({ lastId: Number(lastId), digest: String(digest) }),
  'quick',
);

/** The sealed rows after `after`, to `until`: how many there are in each block, and the hashes of all of them. */
const sealedStatement = prepareStatement<{ after: number; until: number }, { rows: number; hashes: string }>(
  (p) => sql`
select count(*), encode(string_agg(sha256(${auditText('a')}), '' order by id), 'hex')
from audit_log a
where id > ${p('after', 'bigint')} and id <= ${p('until', 'bigint')}
group by id / ${sql.raw(String(idsPerBlock))}
order by id / ${sql.raw(String(idsPerBlock))}`,
  ([rows, hashes]) => ({ rows: Number(rows), hashes: String(hashes) }),
  'long',
);

type ChainPage = { rows: number; last: AuditPlace | null; findings: AuditFinding[] };

/** The rows after `after`. A row after missing ones can't be checked itself. */
const chainStatement = prepareStatement<{ id: number; hash: Buffer; limit: number }, ChainPage>(
  (p) => sql`
with page as materialized (
  select * from audit_log where id > ${p('id', 'bigint')} order by id limit ${p('limit', 'int')}
),
linked as (
  select id, hash, ${auditText('page')} as text,
         lag(id, 1, ${p('id', 'bigint')}) over (order by id) as before_id,
         lag(hash, 1, ${p('hash', 'bytea')}) over (order by id) as before_hash
  from page
),
wrong as (
  select case when id > before_id + 1 then 'removed' else 'changed' end as problem,
         case when id > before_id + 1 then before_id + 1 else id end as id,
         case when id > before_id + 1 then id - 1 else id end as last_id
  from linked
  where id > before_id + 1 or hash is distinct from sha256(before_hash || text)
  order by 2 limit ${sql.raw(String(maxFindings))}
)
select (select count(*) from page), last.id, encode(last.hash, 'hex'),
       (select json_agg(json_build_object('problem', problem, 'id', id, 'lastId', last_id)) from wrong)
from (select 1) one left join (select id, hash from page order by id desc limit 1) last on true`,
  ([rows, id, digest, findings]) => ({
    rows: Number(rows),
    last: placeOf(id, digest),
    findings: asFindings(findings),
  }),
  'long',
);

/** The remembered head and the newest row, in one snapshot. */
const endStatement = prepareStatement<
  Record<string, never>,
  { head: AuditPlace | null; newest: AuditPlace | null }
>(
  () => sql`
select head.id, encode(head.hash, 'hex'), newest.id, encode(newest.hash, 'hex')
from (select 1) one
left join audit_head head on true
left join (select id, hash from audit_log order by id desc limit 1) newest on true`,
  ([headId, headHash, newestId, newestHash]) => ({
    head: placeOf(headId, headHash),
    newest: placeOf(newestId, newestHash),
  }),
  'quick',
);

/**
 * Checks the next rows of the audit log, from its start when `after` is null: call it with `next` until that is null. Rows may
 * be written in between. The last call also compares the end of the log with the remembered head.
 */
export async function verifyAuditLog(db: Database, after: AuditPlace | null): Promise<AuditCheck> {
  const from = after ?? { id: 0, hash: chainStart };
  const [seal] = await db.execute(sealStatement, {});
  if (seal !== undefined && from.id < seal.lastId) return verifySealedRows(db, from, seal);

  const [page] = await db.execute(chainStatement, {
    id: from.id,
    hash: bytesOf(from.hash),
    limit: rowsPerCall,
  });
  if (page === undefined) throw new Error('The check of the audit log answered without a row.');
  const end = await readEnd(db);
  const { rows, findings, last } = page;
  if (rows === rowsPerCall) return { rows, findings, next: last, head: end.head };
  const known = new Set(findings.map(({ problem, lastId }) => `${problem} ${lastId}`));
  const atEnd = endFindings(end).filter(({ problem, lastId }) => !known.has(`${problem} ${lastId}`));
  return { rows, findings: [...findings, ...atEnd], next: null, head: end.head };
}

/** Hashes the blocks one after the other. `after.hash` is the hash of the blocks before. */
async function verifySealedRows(db: Database, after: AuditPlace, seal: Seal): Promise<AuditCheck> {
  const { head } = await readEnd(db);
  const firstBlock = Math.floor((after.id + 1) / idsPerBlock);
  const until = Math.min(seal.lastId, (firstBlock + blocksPerCall) * idsPerBlock - 1);
  const blocks = await db.execute(sealedStatement, { after: after.id, until });
  const digest = blocks.reduce((before, { hashes }) => hash('sha256', bytesOf(before + hashes)), after.hash);
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  if (until < seal.lastId) return { rows, findings: [], next: { id: until, hash: digest }, head };
  const { lastId } = seal;
  const findings: AuditFinding[] =
    digest === seal.digest ? [] : [{ problem: 'sealed_rows_changed', id: 1, lastId }];
  return { rows, findings, next: { id: lastId, hash: chainStart }, head };
}

type End = { head: AuditPlace; newest: AuditPlace };

async function readEnd(db: Database): Promise<End> {
  const [end] = await db.execute(endStatement, {});
  const nothing = { id: 0, hash: chainStart };
  return { head: end?.head ?? nothing, newest: end?.newest ?? nothing };
}

/** Compares the newest row with the remembered head. */
function endFindings({ head, newest }: End): AuditFinding[] {
  if (newest.id < head.id) return [{ problem: 'removed', id: newest.id + 1, lastId: head.id }];
  if (newest.id > head.id) return [{ problem: 'inserted', id: head.id + 1, lastId: newest.id }];
  return newest.hash === head.hash ? [] : [{ problem: 'changed', id: newest.id, lastId: newest.id }];
}

const placeOf = (id: unknown, digest: unknown): AuditPlace | null =>
  id === null ? null : { id: Number(id), hash: String(digest ?? '') };

const bytesOf = (hexadecimal: string): Buffer => Buffer.from(hexadecimal, 'hex');

/** `chainStatement` wrote the value in this shape. */
function asFindings(value: unknown): AuditFinding[] {
  return (value ?? []) as AuditFinding[];
}
