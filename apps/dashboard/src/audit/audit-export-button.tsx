import type { RouterInputs } from '@paydeck/client';
import { auditCsvHeader, auditCsvLine, maxAuditRows } from '@paydeck/contract/audit';
import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { client } from '../client.ts';
import { openDownload } from '../payments/export-file.ts';
import { Button } from '../ui/button.tsx';
import { Banner } from '../ui/card.tsx';
import { explainError } from '../ui/explain-error.ts';

type Filter = NonNullable<RouterInputs['audit']['list']>;

/** Saves all entries of the filter as CSV. */
export function AuditExportButton({ filter }: { filter: Filter }) {
  const saving = useMutation({ mutationFn: () => saveEntries(filter) });
  return (
    <>
      {saving.isError && <Banner>{explainError(saving.error)}</Banner>}
      <Button disabled={saving.isPending} onClick={() => saving.mutate()}>
        <Download aria-hidden /> {saving.isPending ? 'Exporting…' : 'Export CSV'}
      </Button>
    </>
  );
}

async function saveEntries(filter: Filter): Promise<void> {
  const file = openDownload('audit.csv', 'text/csv');
  const encoder = new TextEncoder();
  await file.write(encoder.encode(`${auditCsvHeader}\r\n`));
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof readPage>> = await readPage(filter, cursor);
    const lines = page.items.map((entry) => `${auditCsvLine(entry)}\r\n`).join('');
    await file.write(encoder.encode(lines));
    cursor = page.nextCursor;
  } while (cursor !== null);
  await file.finish();
}

const readPage = (filter: Filter, cursor: string | null) =>
  client.api.audit.list.query({ ...filter, limit: maxAuditRows, ...(cursor !== null && { cursor }) });
