import { textLimits } from '@paydeck/contract/payments';
import { TextField } from '../ui/field.tsx';

/** The code and the message of a failed payment. `texts` is what they hold at first, `errorOf` what is wrong with each. */
export function FailureFields({
  errorOf,
  texts,
}: {
  errorOf: (field: 'failureCode' | 'failureMessage') => string | undefined;
  texts?: ReadonlyMap<string, string>;
}) {
  return (
    <>
      <TextField
        label="Failure code"
        name="failureCode"
        placeholder="card_declined"
        hint={`Up to ${textLimits.failureCode.max} letters, digits, dots, dashes or underscores. The overview groups failures by this code.`}
        defaultValue={texts?.get('failureCode')}
        error={errorOf('failureCode')}
      />
      <TextField
        label="Failure message"
        name="failureMessage"
        defaultValue={texts?.get('failureMessage')}
        error={errorOf('failureMessage')}
      />
    </>
  );
}
