import { FileUp } from 'lucide-react';
import { type ReactNode, useEffect, useEffectEvent, useId, useState } from 'react';
import { classes } from '../ui/button.tsx';

/** The place of a file that is dropped or chosen. `children` are shown above it. */
export function FilePlace({ onChoose, children }: { onChoose: (file: File) => void; children?: ReactNode }) {
  const id = useId();
  const [isOver, setOver] = useState(false);
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file !== undefined) onChoose(file);
  };
  const drag = useEffectEvent((event: DragEvent) => {
    event.preventDefault();
    setOver(event.type === 'dragover');
    if (event.type === 'drop') take(event.dataTransfer?.files ?? null);
  });
  // Anywhere in the window: a browser leaves the page to show a file that is dropped beside the place for it.
  useEffect(() => {
    const listen = (event: DragEvent) => drag(event);
    const types = ['dragover', 'dragleave', 'drop'] as const;
    for (const type of types) window.addEventListener(type, listen);
    return () => {
      for (const type of types) window.removeEventListener(type, listen);
    };
  }, []);
  return (
    <section className="card" aria-label="File">
      {children}
      <label className={classes('file-place', isOver && 'file-place-over')} htmlFor={id}>
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
