import { currencies } from '../format/money.ts';

const common = ['USD', 'EUR', 'GBP', 'JPY', 'CHF', 'CAD', 'AUD', 'INR', 'CNY', 'BRL'];

/** The options of a select of currencies: those in common use, then all. */
export function CurrencyOptions({ first }: { first: string | undefined }) {
  const top = [...new Set([...(first === undefined ? [] : [first]), ...common])];
  return (
    <>
      {top.map((code) => (
        <option key={code}>{code}</option>
      ))}
      <hr />
      {currencies
        .filter((code) => !top.includes(code))
        .map((code) => (
          <option key={code}>{code}</option>
        ))}
    </>
  );
}
