import type { PaymentFilter } from '@paydeck/client';
import { useMutation } from '@tanstack/react-query';
import { Download, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { formatCount, plural } from '../format/numbers.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { explainError } from '../ui/explain-error.ts';
import { useToast } from '../ui/toasts.tsx';
import { keepExportChoices, keptExportChoices } from './export-choices.ts';
import { ExportOptions } from './export-options.tsx';
import { exportPayments } from './export-payments.ts';

/** Saves the filtered payments as CSV, and shows the progress. A second button has choices for the file. */
export function ExportButton({ filter, total }: { filter: PaymentFilter; total: number | undefined }) {
  const toast = useToast();
  const [rows, setRows] = useState(0);
  const [choices, setChoices] = useState(keptExportChoices);
  const cancel = useRef(new AbortController());
  const save = useMutation({
    mutationFn: (expectedRows: number) => {
      setRows(0);
      cancel.current = new AbortController();
      const { signal } = cancel.current;
      return exportPayments({ filter, choices }, { expectedRows, signal, onProgress: setRows });
    },
    onSuccess: (exported) => toast(`Exported ${plural(exported, 'payment')}.`),
    onError: (error) => {
      const isCancelled = error.name === 'AbortError';
      toast(isCancelled ? 'The export was cancelled.' : `The export failed. ${explainError(error)}`);
    },
  });

  if (save.isPending) {
    const expected = save.variables;
    return (
      <span className="export-progress">
        <progress
          aria-label="Export progress"
          max={Math.max(expected, 1)}
          value={expected === 0 ? undefined : Math.min(rows, expected)}
        />
        <span className="number">
          {formatCount(rows)} of {formatCount(expected)}
        </span>
        <IconButton label="Cancel the export" onClick={() => cancel.current.abort()}>
          <X aria-hidden />
        </IconButton>
      </span>
    );
  }
  return (
    <span className="export-buttons">
      <Button disabled={total === undefined || total === 0} onClick={() => save.mutate(total ?? 0)}>
        <Download aria-hidden /> Export CSV
      </Button>
      <ExportOptions
        filter={filter}
        choices={choices}
        onChange={(changed) => {
          keepExportChoices(changed);
          setChoices(changed);
        }}
      />
    </span>
  );
}
