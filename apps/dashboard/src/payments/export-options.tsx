import '../ui/overlay.css';
import { Popover } from '@base-ui/react/popover';
import { type CsvColumn, csvColumns, type PaymentFilter } from '@paydeck/client';
import { SlidersHorizontal } from 'lucide-react';
import { SelectField } from '../ui/field.tsx';
import { useCurrencies } from '../ui/use-currencies.ts';
import { decimals, type ExportChoices, separators, withSeparator } from './export-choices.ts';

const failureColumns: readonly CsvColumn[] = ['failureCode', 'failureMessage'];
const separatorNames = {
  comma: 'Comma',
  semicolon: 'Semicolon',
  tab: 'Tab',
} as const;
const decimalNames = { point: '1234.50 (point)', comma: '1234,50 (comma)' } as const;

type Props = { filter: PaymentFilter; choices: ExportChoices; onChange: (choices: ExportChoices) => void };

/** A button that opens the choices for the file of an export. */
export function ExportOptions(props: Props) {
  return (
    <Popover.Root>
      <Popover.Trigger className="icon-button" aria-label="Export options" title="Export options">
        <SlidersHorizontal aria-hidden />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end">
          <Popover.Popup className="popup filter-popup export-options" aria-label="Export options">
            <Choices {...props} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Choices({ filter, choices, onChange }: Props) {
  const currencies = useCurrencies();
  const needsCurrency = currencies !== undefined && csvColumns(currencies, filter).onlyCurrency === undefined;
  const has = (names: readonly CsvColumn[]) => names.every((name) => choices.columns.includes(name));
  const set = (names: readonly CsvColumn[], isOn: boolean) => {
    const others = choices.columns.filter((name) => !names.includes(name));
    onChange({ ...choices, columns: isOn ? [...others, ...names] : others });
  };

  return (
    <>
      <label className="check">
        <input
          type="checkbox"
          checked={needsCurrency || has(['currency'])}
          disabled={needsCurrency}
          onChange={({ currentTarget }) => set(['currency'], currentTarget.checked)}
        />
        Currency column
      </label>
      {needsCurrency && (
        <span className="field-hint">
          Always included, because not all payments are in {currencies?.default}.
        </span>
      )}
      <label className="check">
        <input
          type="checkbox"
          checked={has(failureColumns)}
          onChange={({ currentTarget }) => set(failureColumns, currentTarget.checked)}
        />
        Failure code and message
      </label>
      <SelectField
        label="Separator"
        hint="Excel expects semicolons where decimals have a comma."
        value={choices.separator}
        onChange={({ currentTarget }) => {
          const separator = separators.find((name) => name === currentTarget.value);
          if (separator !== undefined) onChange(withSeparator(choices, separator));
        }}
      >
        {separators.map((name) => (
          <option key={name} value={name}>
            {separatorNames[name]}
          </option>
        ))}
      </SelectField>
      <SelectField
        label="Decimals"
        hint={
          choices.separator === 'comma'
            ? 'A comma needs semicolons or tabs between the cells.'
            : 'Spreadsheets add up amounts only with the decimals of their language.'
        }
        value={choices.decimal}
        disabled={choices.separator === 'comma'}
        onChange={({ currentTarget }) => {
          const decimal = decimals.find((name) => name === currentTarget.value);
          if (decimal !== undefined) onChange({ ...choices, decimal });
        }}
      >
        {decimals.map((name) => (
          <option key={name} value={name}>
            {decimalNames[name]}
          </option>
        ))}
      </SelectField>
      <label className="check">
        <input
          type="checkbox"
          checked={choices.bom}
          onChange={({ currentTarget }) => onChange({ ...choices, bom: currentTarget.checked })}
        />
        UTF-8 mark, for Excel
      </label>
    </>
  );
}
