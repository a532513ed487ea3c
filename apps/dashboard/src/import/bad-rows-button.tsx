import { badRowsFile } from '@paydeck/payment-files/bad-rows';
import type { BadRow } from '@paydeck/payment-files/send-rows';
import { Download } from 'lucide-react';
import { openDownload } from '../payments/export-file.ts';
import { Button } from '../ui/button.tsx';

/** Saves bad rows as CSV, with their lines and problems. Corrected, the file can be imported. */
export function BadRowsButton({
  fileName,
  reading,
  rows,
}: {
  fileName: string;
  reading: { header: readonly string[]; separator: string };
  rows: readonly BadRow[];
}) {
  const save = async () => {
    const name = `${fileName.replace(/\.\w+$/, '')}-not-imported.csv`;
    const download = openDownload(name, 'text/csv');
    const encoder = new TextEncoder();
    const sorted = rows.toSorted((a, b) => a.line - b.line);
    for (const text of badRowsFile(reading, sorted)) await download.write(encoder.encode(text));
    await download.finish();
  };
  return (
    <Button onClick={() => void save()}>
      <Download aria-hidden /> Download these rows
    </Button>
  );
}
