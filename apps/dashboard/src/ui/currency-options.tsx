import { currencies, historicCurrencies, nonPaymentCodes } from '@paydeck/contract/currencies';

const common = ['USD', 'EUR', 'GBP', 'JPY', 'CHF', 'CAD', 'AUD', 'INR', 'CNY', 'BRL'];
const currentCodes = Object.keys(currencies);
const formerCodes = Object.keys({ ...historicCurrencies, ...nonPaymentCodes }).sort();

/** The options of a select of currencies: those in use and common ones first, then all others, and for filters also those of old payments. */
export function CurrencyOptions({
  first,
  inUse = [],
  withFormer = false,
}: {
  first: string | undefined;
  inUse?: readonly string[] | undefined;
  withFormer?: boolean;
}) {
  const known = withFormer ? [...currentCodes, ...formerCodes] : currentCodes;
  const top = [...new Set([first, ...inUse, ...common])].filter((code) => known.includes(code ?? ''));
  const rest = (codes: readonly string[]) => codes.filter((code) => !top.includes(code));
  return (
    <>
      <Options codes={top} />
      <hr />
      <Options codes={rest(currentCodes)} />
      {withFormer && (
        <optgroup label="Only in old payments">
          <Options codes={rest(formerCodes)} />
        </optgroup>
      )}
    </>
  );
}

const Options = ({ codes }: { codes: readonly (string | undefined)[] }) =>
  codes.map((code) => <option key={code}>{code}</option>);
