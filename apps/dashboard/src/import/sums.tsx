import type { Sums as SumsMinor } from '@paydeck/payment-files/send-rows';
import { formatMoney } from '../format/money.ts';

/** Amounts by currency, such as `$12.50, ¥800`. */
export function Sums({ sumsMinor }: { sumsMinor: SumsMinor }) {
  const sorted = Object.entries(sumsMinor).sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <span className="number import-sums">
      {sorted.length === 0 ? '–' : null}
      {sorted.map(([currency, sum]) => (
        <span key={currency} data-currency={currency}>
          {formatMoney(sum, currency)} <span className="soft">{currency}</span>
        </span>
      ))}
    </span>
  );
}
