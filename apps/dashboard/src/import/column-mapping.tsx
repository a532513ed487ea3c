import { paymentMethods, paymentStatuses } from '@paydeck/contract/payments';
import type { Field } from '@paydeck/payment-files/import-row';
import type { FileSample } from '@paydeck/payment-files/read-sample';
import { methodNames, statusNames } from '../payments/payment-words.ts';
import { SelectField } from '../ui/field.tsx';
import { columnsOf, type ImportSettings } from './import-settings.ts';

const fields: readonly { field: Field; label: string; isRequired?: true }[] = [
  { field: 'amount', label: 'Amount', isRequired: true },
  { field: 'receiver', label: 'Receiver', isRequired: true },
  { field: 'method', label: 'Method', isRequired: true },
  { field: 'status', label: 'Status' },
  { field: 'createdAt', label: 'Created' },
  { field: 'currency', label: 'Currency' },
  { field: 'description', label: 'Description' },
  { field: 'failureCode', label: 'Failure code' },
  { field: 'failureMessage', label: 'Failure message' },
];

/** The values of rows that have no column for a field. */
const without: Partial<Record<Field, string>> = {
  status: 'Pending',
  createdAt: 'The time of the import',
  currency: 'The currency above',
};

const constantsOf: Partial<Record<Field, readonly { value: string; name: string }[]>> = {
  method: paymentMethods.map((value) => ({ value, name: methodNames[value] })),
  status: paymentStatuses.map((value) => ({ value, name: statusNames[value] })),
};

const isConstantField = (field: Field): field is 'method' | 'status' =>
  field === 'method' || field === 'status';

/** Assigns the columns of a file to the fields of a payment. */
export function ColumnMapping({
  sample,
  settings,
  onChange,
}: {
  sample: FileSample;
  settings: ImportSettings;
  onChange: (changes: Partial<ImportSettings>) => void;
}) {
  const { header } = sample;
  const titles = [...new Set(header.filter((title) => title.trim() !== ''))];
  const columns = columnsOf(settings, header);
  const choose = (field: Field, choice: string) => {
    const [kind, text] = [choice.slice(0, 2), choice.slice(2)];
    onChange({
      columns: { ...settings.columns, [field]: kind === 'c:' ? text : '' },
      ...(isConstantField(field) && {
        constants: { ...settings.constants, [field]: kind === 'v:' ? text : '' },
      }),
    });
  };
  return (
    <div className="import-controls">
      {fields.map(({ field, label, isRequired }) => {
        const column = columns[field];
        const constant = isConstantField(field) ? settings.constants[field] : '';
        const isMissing = isRequired === true && column === undefined && constant === '';
        return (
          <SelectField
            key={field}
            label={label}
            hint={column === undefined ? undefined : exampleOf(sample, column)}
            error={isMissing ? 'Every payment needs one.' : undefined}
            value={column === undefined ? (constant === '' ? '' : `v:${constant}`) : `c:${column}`}
            onChange={({ target }) => choose(field, target.value)}
          >
            <option value="">{without[field] ?? 'Not in the file'}</option>
            <optgroup label="The column">
              {titles.map((title) => (
                <option key={title} value={`c:${title}`}>
                  {title}
                </option>
              ))}
            </optgroup>
            {constantsOf[field] !== undefined && (
              <optgroup label="Always">
                {constantsOf[field].map(({ value, name }) => (
                  <option key={value} value={`v:${value}`}>
                    {name}
                  </option>
                ))}
              </optgroup>
            )}
          </SelectField>
        );
      })}
      <SelectField
        label="Row ID"
        hint="A column that is different in each row, such as an order number. A newer file then adds only what is new."
        value={header.includes(settings.reference) ? settings.reference : ''}
        onChange={({ target }) => onChange({ reference: target.value })}
      >
        <option value="">None</option>
        {titles.map((title) => (
          <option key={title} value={title}>
            {title}
          </option>
        ))}
      </SelectField>
    </div>
  );
}

/** The first texts of a column, such as `For example: 12,50 · 8,00`. */
function exampleOf({ header, rows }: FileSample, title: string): string | undefined {
  const at = header.indexOf(title);
  const texts = [...new Set(rows.map((cells) => cells[at]?.trim() ?? '').filter(Boolean))].slice(0, 2);
  return texts.length === 0
    ? undefined
    : `For example: ${texts.map((text) => text.slice(0, 40)).join(' · ')}`;
}
