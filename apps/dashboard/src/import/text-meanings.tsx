import { paymentMethods, paymentStatuses } from '@paydeck/contract/payments';
import type { DryRun } from '@paydeck/payment-files/dry-run';
import type { Field } from '@paydeck/payment-files/import-row';
import { plural } from '../format/numbers.ts';
import { methodNames, statusNames } from '../payments/payment-words.ts';
import { Card } from '../ui/card.tsx';
import { SelectField } from '../ui/field.tsx';
import type { ImportSettings } from './import-settings.ts';

const meanings: Partial<Record<Field, readonly { value: string; name: string }[]>> = {
  method: paymentMethods.map((value) => ({ value, name: methodNames[value] })),
  status: paymentStatuses.map((value) => ({ value, name: statusNames[value] })),
};

/** The choice that stands for null in the settings. */
const leaveOut = 'leave out';

const fieldNames: Partial<Record<Field, string>> = { method: 'Method', status: 'Status' };

/** Asks for the meaning of texts that no mapping knows, such as the status “Gebucht”. */
export function TextMeanings({
  unknown,
  settings,
  onChange,
}: {
  unknown: DryRun['unknown'];
  settings: ImportSettings;
  onChange: (changes: Partial<ImportSettings>) => void;
}) {
  const known = (['method', 'status'] as const).flatMap((field) =>
    Object.entries(settings.values[field] ?? {}).map(([text, meaning]) => ({ field, text, meaning })),
  );
  const open = unknown.filter(
    ({ field, text }) => !known.some((other) => other.field === field && other.text === text),
  );
  const all: readonly { field: Field; text: string; meaning: string | null; count: number | null }[] = [
    ...known.map((text) => ({ ...text, count: null })),
    ...open.map((text) => ({ ...text, meaning: '' })),
  ];
  if (all.length === 0) return null;
  const choose = (field: Field, text: string, meaning: string) => {
    const { [text]: _before, ...others } = settings.values[field] ?? {};
    onChange({
      values: {
        ...settings.values,
        [field]: meaning === '' ? others : { ...others, [text]: meaning === leaveOut ? null : meaning },
      },
    });
  };
  return (
    <Card title="Meaning of texts">
      <p className="soft">
        Paydeck does not know these texts. Rows that have them are not recorded unless you choose a meaning.
      </p>
      <div className="import-controls">
        {all.map(({ field, text, meaning, count }) => (
          <SelectField
            key={`${field} ${text}`}
            label={`${fieldNames[field] ?? field} “${text}”`}
            hint={count === null ? undefined : `In ${plural(count, 'row')}`}
            value={meaning ?? leaveOut}
            onChange={({ target }) => choose(field, text, target.value)}
          >
            <option value="">Choose a meaning</option>
            {meanings[field]?.map(({ value, name }) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
            <option value={leaveOut}>Don’t record these rows</option>
          </SelectField>
        ))}
      </div>
    </Card>
  );
}
