import { checkFormats } from '@paydeck/payment-files/change-mapping';
import { type DryRun, dryRun } from '@paydeck/payment-files/dry-run';
import { isNative } from '@paydeck/payment-files/native';
import { presetOf } from '@paydeck/payment-files/presets';
import { type FileReading, readPayments } from '@paydeck/payment-files/read-payments';
import { type FileSample, readSample } from '@paydeck/payment-files/read-sample';
import type { BadRow } from '@paydeck/payment-files/send-rows';
import { useEffect, useState } from 'react';
import { piecesOf } from './file-pieces.ts';
import {
  encodingOf,
  formatOf,
  type ImportSettings,
  maxKeptRows,
  nativeMapping,
  ownMapping,
  readOptionsOf,
} from './import-settings.ts';

const showEveryMs = 200;

/** The content of a chosen file, as far as it has been read. Nothing of it has been sent. */
export type FileCheck = {
  bytes: number;
  sample: FileSample | null;
  /** The preset that the settings or the header name. */
  preset: string;
  reading: FileReading | null;
  dry: DryRun | null;
  bad: readonly BadRow[];
  error: unknown;
  isDone: boolean;
};

const nothing: FileCheck = {
  bytes: 0,
  sample: null,
  preset: '',
  reading: null,
  dry: null,
  bad: [],
  error: null,
  isDone: false,
};

const presetOfHeader = (header: readonly string[]): string =>
  presetOf(header)?.name ?? (isNative(header) ? nativeMapping : ownMapping);

/** Reads a file as the settings say, and again whenever they change. */
export function useFileCheck(file: File, settings: ImportSettings, defaultCurrency: string): FileCheck {
  const [check, setCheck] = useState<FileCheck>(nothing);
  useEffect(() => {
    const stop = new AbortController();
    setCheck((before) => ({ ...before, isDone: false }));
    void checkFile(file, settings, { defaultCurrency, signal: stop.signal, show: setCheck });
    return () => stop.abort();
  }, [file, settings, defaultCurrency]);
  return check;
}

async function checkFile(
  file: File,
  settings: ImportSettings,
  {
    defaultCurrency,
    signal,
    show,
  }: { defaultCurrency: string; signal: AbortSignal; show: (check: FileCheck) => void },
): Promise<void> {
  const check = { ...nothing };
  const bad: BadRow[] = [];
  let shownAt = performance.now();
  const showNow = () => {
    shownAt = performance.now();
    const { dry } = check;
    if (!signal.aborted) show({ ...check, bad: [...bad], dry: dry === null ? null : structuredClone(dry) });
  };
  try {
    if (formatOf(file) === 'csv') {
      check.sample = await readSample(piecesOf(file, { signal }), encodingOf(settings));
      check.preset = settings.preset || presetOfHeader(check.sample.header);
    }
    checkFormats({
      ...(settings.dateFormat !== '' && { dateFormat: settings.dateFormat }),
      ...(settings.timeZone !== '' && { timeZone: settings.timeZone }),
    });
    const rows = readPayments(
      piecesOf(file, {
        signal,
        onBytes: (bytes) => {
          check.bytes = bytes;
        },
      }),
      {
        ...readOptionsOf(file, settings, {
          preset: check.preset,
          header: check.sample?.header ?? [],
          defaultCurrency,
        }),
        onReading: (reading) => {
          check.reading = reading;
        },
      },
    );
    check.dry = await dryRun(rows, {
      onBadRow: (row) => void (bad.length < maxKeptRows && bad.push(row)),
      onRow: (dry) => {
        check.dry = dry;
        if (performance.now() - shownAt > showEveryMs) showNow();
      },
    });
    check.isDone = true;
  } catch (error) {
    check.error = error;
  }
  showNow();
}
