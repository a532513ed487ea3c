import { failureCodeRule, maxFailureCodes, noFailureCode } from '@paydeck/contract/payments';
import { type SubmitEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { optionalTextOf } from '../ui/form-data.ts';
import { FilterPopover } from './filter-popover.tsx';
import { isFailureCode } from './payments-search.ts';

type Props = { codes: readonly string[]; onChange: (codes: string[]) => void };

/** Why payments failed. Only failed payments have a failure code. */
export function FailureCodeFilter({ codes, onChange }: Props) {
  return (
    <FilterPopover
      name="Failure"
      value={codes.map((code) => (code === noFailureCode ? 'no code' : code)).join(', ')}
      onClear={() => onChange([])}
    >
      <FailureCodeForm codes={codes} onChange={onChange} />
    </FilterPopover>
  );
}

function FailureCodeForm({ codes, onChange }: Props) {
  const [error, setError] = useState<string | null>(null);

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const typed = (optionalTextOf(form, 'codes') ?? '').split(/[\s,]+/).filter(Boolean);
    const wanted = [...new Set([...typed, ...(form.has('none') ? [noFailureCode] : [])])];
    const wrong = wanted.find((code) => !isFailureCode(code));
    if (wrong !== undefined) return setError(`“${wrong}” is not a failure code. A code ${failureCodeRule}.`);
    if (wanted.length > maxFailureCodes) return setError(`Enter at most ${maxFailureCodes} codes.`);
    setError(null);
    onChange(wanted);
  };

  return (
    <form className="filter-form" onSubmit={submit}>
      <TextField
        label="Failure codes"
        name="codes"
        hint="Such as card_declined. Separate several with commas."
        autoCapitalize="none"
        spellCheck={false}
        defaultValue={codes.filter((code) => code !== noFailureCode).join(', ')}
        error={error ?? undefined}
      />
      <label className="check">
        <input type="checkbox" name="none" defaultChecked={codes.includes(noFailureCode)} />
        Without a code
      </label>
      <Button type="submit" look="primary">
        Apply
      </Button>
    </form>
  );
}
