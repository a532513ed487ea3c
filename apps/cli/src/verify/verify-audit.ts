import type { PaydeckClient, RouterOutputs } from '@paydeck/client';
import { InvalidArgumentError } from 'commander';

type Check = RouterOutputs['audit']['verify'];
export type AuditPlace = Check['head'];
export type AuditFinding =
  | Check['findings'][number]
  | { problem: 'kept_row_differs'; id: number; lastId: number };

export type AuditResult = { rows: number; findings: AuditFinding[]; head: AuditPlace };

/**
 * Checks every row of the audit log against its hash. `kept` is a row that an earlier check printed: if the log was written
 * again since, that row is missing or has another hash.
 */
export async function verifyAudit(client: PaydeckClient, kept: AuditPlace | undefined): Promise<AuditResult> {
  let check = await client.api.audit.verify.query({});
  let rows = check.rows;
  const findings: AuditFinding[] = [...check.findings];
  while (check.next !== null) {
    check = await client.api.audit.verify.query({ after: check.next });
    rows += check.rows;
    findings.push(...check.findings);
  }
  const { head } = check;
  if (kept !== undefined && !(await isStillThere(client, kept, head)))
    findings.push({ problem: 'kept_row_differs', id: kept.id, lastId: kept.id });
  return { rows, findings, head };
}

/** The row after the kept one was chained to its hash, so a check that starts there finds out whether the hash is the same. */
async function isStillThere(client: PaydeckClient, kept: AuditPlace, head: AuditPlace): Promise<boolean> {
  if (kept.id >= head.id) return kept.id === head.id && kept.hash === head.hash;
  const { findings } = await client.api.audit.verify.query({ after: kept });
  return !findings.some(({ id }) => id === kept.id + 1);
}

/** Reads `4211:9f86d0…`, as `paydeck verify --audit` prints it. */
export function parseAuditPlace(text: string): AuditPlace {
  const [, id, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  if (id !== undefined && hash !== undefined) return { id: Number(id), hash };
  throw new InvalidArgumentError(
    'It must be an id and a hash, as an earlier check printed them: 4211:9f86….',
  );
}

const rowsOf = ({ id, lastId }: AuditFinding) => (id === lastId ? `Row ${id}` : `Rows ${id} to ${lastId}`);

/** A finding as a sentence. */
export function describeFinding(finding: AuditFinding): string {
  const rows = rowsOf(finding);
  const verb = finding.id === finding.lastId ? 'was' : 'were';
  switch (finding.problem) {
    case 'changed':
      return `${rows} ${verb} changed, or the row before.`;
    case 'removed':
      return `${rows} ${verb} removed.`;
    case 'inserted':
      return `${rows} ${verb} inserted past the chain.`;
    case 'sealed_rows_changed':
      return `${rows}, from before the chain, are not the ones that were sealed.`;
    case 'kept_row_differs':
      return `${rows} ${verb} not written as you kept it. The log was written again.`;
  }
}
