import { textLimits } from '@paydeck/contract/payments';
import { issueFor } from '../ui/explain-error.ts';
import { TextField } from '../ui/field.tsx';

/** The code and the message of a failed payment. Shows what `error` says about them. */
export function FailureFields({ error }: { error: unknown }) {
  const { failureCode, failureMessage } = textLimits;
  return (
    <>
      <TextField
        label="Failure code"
        name="failureCode"
        maxLength={failureCode.max}
        placeholder="card_declined"
        hint={`Up to ${failureCode.max} letters, digits, dots, dashes or underscores. The overview groups failures by this code.`}
        error={issueFor(error, 'failureCode')}
      />
      <TextField
        label="Failure message"
        name="failureMessage"
        maxLength={failureMessage.max}
        error={issueFor(error, 'failureMessage')}
      />
    </>
  );
}
