import { currencies, historicCurrencies, nonPaymentCodes } from '@paydeck/contract/currencies';

const common = ['USD', 'EUR', 'GBP', 'JPY', 'CHF', 'CAD', 'AUD', 'INR', 'CNY', 'BRL'];
const formerCodes = Object.keys({ ...historicCurrencies, ...nonPaymentCodes }).sort();

/** The options of a select of currencies: those in common use, then all; for filters also those of old payments. */
export function CurrencyOptions({ first, former = false }: { first: string | undefined; former?: boolean }) {
  const top = [...new Set([...(first === undefined ? [] : [first]), ...common])];
  const others = Object.keys(currencies).filter((code) => !top.includes(code));
  return (
    <>
      <Options codes={top} />
      <hr />
      <Options codes={others} />
      {former && (
        <optgroup label="No longer accepted">
          <Options codes={formerCodes} />
        </optgroup>
      )}
    </>
  );
}

const Options = ({ codes }: { codes: readonly string[] }) =>
  codes.map((code) => <option key={code}>{code}</option>);
