import type { SignedInUser } from '@paydeck/client';
import { presets } from '@paydeck/payment-files/presets';
import { FileError } from '@paydeck/payment-files/read-payments';
import { FileSpreadsheet } from 'lucide-react';
import { useDeferredValue } from 'react';
import { formatBytes, plural } from '../format/numbers.ts';
import { Button } from '../ui/button.tsx';
import { Banner, Card } from '../ui/card.tsx';
import { explainError } from '../ui/explain-error.ts';
import { ColumnMapping } from './column-mapping.tsx';
import { startImport } from './import-run.ts';
import { formatOf, type ImportSettings, nativeMapping, ownMapping, timeZoneFor } from './import-settings.ts';
import { Preview } from './preview.tsx';
import { Problems } from './problems.tsx';
import { ReadingControls } from './reading-controls.tsx';
import { TextMeanings } from './text-meanings.tsx';
import { useFileCheck } from './use-file-check.ts';

/** A chosen file before it is imported: how it is read, and what would be recorded. */
export function FileSetup({
  user,
  file,
  settings,
  defaultCurrency,
  isContinued,
  onChange,
  onChoose,
  onStart,
}: {
  user: SignedInUser;
  file: File;
  settings: ImportSettings;
  defaultCurrency: string;
  isContinued: boolean;
  onChange: (changes: Partial<ImportSettings>) => void;
  onChoose: (file: File | null) => void;
  onStart: () => void;
}) {
  // While somebody types a date format, the fields stay ahead of the reading.
  const check = useFileCheck(file, useDeferredValue(settings), defaultCurrency);
  const { sample, preset, reading, dry, bad, error, isDone, bytes } = check;
  const good = dry?.good ?? 0;

  const start = () => {
    onStart();
    void startImport({
      userId: user.id,
      file,
      settings: {
        ...settings,
        preset,
        currency: settings.currency || defaultCurrency,
        timeZone: timeZoneFor(settings, preset),
      },
      preset,
      header: sample?.header ?? [],
      separator: sample?.separator ?? ',',
      rows: isDone && dry !== null ? dry.rows : null,
    });
  };

  return (
    <>
      <section className="card import-file" aria-label="File">
        <FileSpreadsheet aria-hidden />
        <div>
          <strong>{file.name}</strong>
          <span className="soft">
            {formatBytes(file.size)} · {nameOfMapping(file, settings.preset, preset)}
          </span>
        </div>
        <Button onClick={() => onChoose(null)}>Choose another file</Button>
        <Button look="primary" disabled={good === 0 || error !== null} onClick={start}>
          {isContinued ? 'Continue the import' : isDone ? `Import ${plural(good, 'payment')}` : 'Import'}
        </Button>
      </section>
      {isContinued && (
        <Banner tone="waiting">
          The import of this file was interrupted. It continues with the same settings. Don’t change them, so
          that recorded payments are recognized.
        </Banner>
      )}
      {error !== null && <FileBanner error={error} />}
      <Card title="How the file is read">
        <ReadingControls
          file={file}
          check={check}
          settings={settings}
          defaultCurrency={defaultCurrency}
          onChange={onChange}
        />
      </Card>
      {preset === ownMapping && sample !== null && (
        <Card title="Columns">
          <ColumnMapping sample={sample} settings={settings} onChange={onChange} />
        </Card>
      )}
      {dry !== null && <TextMeanings unknown={dry.unknown} settings={settings} onChange={onChange} />}
      {dry !== null && (
        <Preview
          dry={dry}
          currency={settings.currency || defaultCurrency}
          ignored={reading?.ignored ?? []}
          progress={isDone ? null : bytes / Math.max(file.size, 1)}
        />
      )}
      {dry !== null && bad.length > 0 && (
        <Problems
          fileName={file.name}
          reading={{ header: sample?.header ?? [], separator: sample?.separator ?? ',' }}
          rows={bad}
          count={dry.bad}
          hasOthers={good > 0}
        />
      )}
    </>
  );
}

/** Why the file can't be read, and the way out. */
function FileBanner({ error }: { error: unknown }) {
  return (
    <Banner>{error instanceof FileError ? `${error.message} ${error.advice}` : explainError(error)}</Banner>
  );
}

function nameOfMapping(file: File, chosen: string, preset: string): string {
  if (formatOf(file) === 'jsonl') return 'JSON Lines';
  const title = presets.find(({ name }) => name === preset)?.title;
  if (title !== undefined) return chosen === '' ? `recognized as ${title}` : title;
  return preset === nativeMapping ? 'columns of Paydeck' : 'columns that you assign';
}
