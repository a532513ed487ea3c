import { currencies, historicCurrencies, nonPaymentCodes } from '@paydeck/contract/currencies';

const common = ['USD', 'EUR', 'GBP', 'JPY', 'CHF', 'CAD', 'AUD', 'INR', 'CNY', 'BRL'];
const formerCodes = Object.keys({ ...historicCurrencies, ...nonPaymentCodes }).sort();

/** The options of a select of currencies: common ones first, then all others, and for filters also those of old payments. */
export function CurrencyOptions({
  first,
  withFormer = false,
}: {
  first: string | undefined;
  withFormer?: boolean;
}) {
  const top = [...new Set([...(first === undefined ? [] : [first]), ...common])];
  const others = Object.keys(currencies).filter((code) => !top.includes(code));
  return (
    <>
      <Options codes={top} />
      <hr />
      <Options codes={others} />
      {withFormer && (
        <optgroup label="Only in old payments">
          <Options codes={formerCodes} />
        </optgroup>
      )}
    </>
  );
}

const Options = ({ codes }: { codes: readonly string[] }) =>
  codes.map((code) => <option key={code}>{code}</option>);
