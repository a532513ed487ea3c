import { FileUp } from 'lucide-react';
import { type DragEvent, type ReactNode, useId, useState } from 'react';
import { classes } from '../ui/button.tsx';

/** Where a file is dropped or chosen. `children` stand above it. */
export function FilePlace({ onChoose, children }: { onChoose: (file: File) => void; children?: ReactNode }) {
  const id = useId();
  const [isOver, setOver] = useState(false);
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file !== undefined) onChoose(file);
  };
  const over = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <section className="card" aria-label="File">
      {children}
      <label
        className={classes('file-place', isOver && 'file-place-over')}
        htmlFor={id}
        onDragOver={over}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <FileUp aria-hidden />
        <strong>Drop a file here, or choose one</strong>
        <span className="soft">
          CSV of Paydeck, Stripe, PayPal, Wise, Mollie or any other program, or JSON Lines of Paydeck. Nothing
          is recorded before you have seen how the file is read.
        </span>
        <input
          id={id}
          className="visually-hidden"
          type="file"
          aria-label="File to import"
          accept=".csv,.tsv,.txt,.jsonl,.ndjson,text/csv"
          onChange={({ target }) => take(target.files)}
        />
      </label>
    </section>
  );
}
