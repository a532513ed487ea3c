import { presets } from '@paydeck/payment-files/presets';
import { encodings, type separators } from '@paydeck/payment-files/read-payments';
import { useId } from 'react';
import { CurrencyPicker } from '../ui/currency-picker.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { TimeZonePicker } from '../ui/time-zone-picker.tsx';
import { formatOf, type ImportSettings, nativeMapping, ownMapping } from './import-settings.ts';
import type { FileCheck } from './use-file-check.ts';

const encodingNames: Record<string, string> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16, little endian',
  'utf-16be': 'UTF-16, big endian',
  'windows-1252': 'Windows-1252 (Western European)',
  'iso-8859-15': 'ISO 8859-15 (Latin 9)',
};

const dateFormats = [
  'YYYY-MM-DD[ HH:mm][:ss]',
  'DD.MM.YYYY[ HH:mm][:ss]',
  'DD/MM/YYYY[ HH:mm][:ss]',
  'MM/DD/YYYY[ HH:mm][:ss]',
  'M/D/YYYY[ H:mm][:ss]',
  'DD-MM-YYYY[ HH:mm][:ss]',
  'DD MMM YYYY[ HH:mm][:ss]',
  'YYYYMMDD',
];

/** The choice of one of a list. `''` is what the file says by itself. */
const oneOf = <T extends string>(choices: readonly T[], text: string): T | '' =>
  choices.find((choice) => choice === text) ?? '';

/** Controls for everything that a file does not say about itself, or that the operator knows better. */
export function ReadingControls({
  file,
  check,
  settings,
  defaultCurrency,
  onChange,
}: {
  file: File;
  check: FileCheck;
  settings: ImportSettings;
  defaultCurrency: string;
  onChange: (changes: Partial<ImportSettings>) => void;
}) {
  const isCsv = formatOf(file) === 'csv';
  const { preset, reading } = check;
  const formats = useId();
  const zoneColumn = reading?.mapping.timeZoneColumn;
  const ofPreset = presets.find(({ name }) => name === preset);
  return (
    <div className="import-controls">
      {isCsv && (
        <SelectField
          label="Columns of"
          value={settings.preset}
          onChange={({ target }) => onChange({ preset: target.value })}
        >
          <option value="">Detected from the header</option>
          {presets.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
          <option value={nativeMapping}>Paydeck</option>
          <option value={ownMapping}>Another program: assign them below</option>
        </SelectField>
      )}
      <SelectField
        label="Encoding"
        value={settings.encoding}
        onChange={({ target }) => onChange({ encoding: oneOf(encodings, target.value) })}
      >
        <option value="">From the byte order mark, otherwise UTF-8</option>
        {encodings.map((encoding) => (
          <option key={encoding} value={encoding}>
            {encodingNames[encoding] ?? encoding}
          </option>
        ))}
      </SelectField>
      {isCsv && (
        <>
          <SelectField
            label="Cells are separated by"
            value={settings.separator}
            onChange={({ target }) => onChange({ separator: oneOf(separatorNames, target.value) })}
          >
            <option value="">Detected from the header</option>
            {separatorNames.map((name) => (
              <option key={name} value={name}>
                {name === 'tab' ? 'Tabs' : `${name.charAt(0).toUpperCase()}${name.slice(1)}s`}
              </option>
            ))}
          </SelectField>
          <TextField
            label="Line of the header"
            hint="Some banks write lines about the account before it."
            placeholder="1"
            inputMode="numeric"
            autoComplete="off"
            value={settings.headerLine}
            onChange={({ target }) => onChange({ headerLine: target.value })}
          />
          <SelectField
            label="Decimals"
            hint="Choose one if thousands have separators, as in 1,234.50."
            value={settings.decimal}
            onChange={({ target }) => onChange({ decimal: oneOf(['point', 'comma'], target.value) })}
          >
            <option value="">{ofPreset === undefined ? '1234.50' : 'As the provider writes them'}</option>
            <option value="point">1,234.50 (point)</option>
            <option value="comma">1.234,50 (comma)</option>
          </SelectField>
          <TextField
            label="Dates"
            hint={dateHint(ofPreset?.dateFormat)}
            placeholder={ofPreset?.dateFormat ?? 'ISO 8601'}
            list={formats}
            autoComplete="off"
            spellCheck={false}
            value={settings.dateFormat}
            onChange={({ target }) => onChange({ dateFormat: target.value })}
          />
          <datalist id={formats}>
            {dateFormats.map((format) => (
              <option key={format} value={format} />
            ))}
          </datalist>
          <div className="field">
            <span className="field-label">Times are in</span>
            <TimeZonePicker
              value={settings.timeZone || reading?.mapping.timeZone || 'UTC'}
              onChange={(timeZone) => onChange({ timeZone })}
            />
            {zoneColumn !== undefined && (
              <span className="field-hint">The zone of each row is in the column {zoneColumn}.</span>
            )}
          </div>
        </>
      )}
      <div className="field">
        <span className="field-label">Currency</span>
        <CurrencyPicker
          value={settings.currency || defaultCurrency}
          first={defaultCurrency}
          onChange={(currency) => onChange({ currency })}
        />
        <span className="field-hint">For rows that have none.</span>
      </div>
    </div>
  );
}

const separatorNames = ['comma', 'semicolon', 'tab', 'pipe'] as const satisfies (keyof typeof separators)[];

const dateHint = (ofPreset: string | null | undefined): string =>
  ofPreset
    ? 'Leave it empty unless the dates look different.'
    : 'Such as DD.MM.YYYY. Empty: ISO 8601, such as 2026-01-31.';
