import type { RouterOutputs } from '@paydeck/client';
import type { PaymentMethod } from '@paydeck/contract/payments';
import { ChartPie } from 'lucide-react';
import { formatPercentage, plural } from '../format/numbers.ts';
import { methodNames } from '../payments/payment-words.ts';
import { Card, Notice, Skeleton } from '../ui/card.tsx';

type Stats = RouterOutputs['stats']['dashboard'];

const series: Record<PaymentMethod, string> = {
  credit_card: 'series-1',
  bank_transfer: 'series-2',
  digital_wallet: 'series-3',
};

/** How many payments used each method, whatever their status. */
export function MethodsCard({ stats }: { stats: Stats | undefined }) {
  const split = stats?.methodDistribution;
  const isEmpty = split?.every(({ count }) => count === 0) === true;
  return (
    <Card title="Payment methods">
      {split === undefined ? (
        <Skeleton width="100%" />
      ) : isEmpty ? (
        <Notice icon={ChartPie} title="No payments in this period" />
      ) : (
        <>
          <div className="split-bar" aria-hidden="true">
            {split
              .filter(({ count }) => count > 0)
              .map(({ method, count }) => (
                <span key={method} className={series[method]} style={{ flexGrow: count }} />
              ))}
          </div>
          <ul className="split-list">
            {split.map(({ method, count, percentage }) => (
              <li key={method}>
                <span className={`swatch ${series[method]}`} />
                <span>{methodNames[method]}</span>
                <strong>{formatPercentage(percentage)}</strong>
                <p className="split-count">{plural(count, 'payment')}</p>
                <p className="split-before">{formatPercentage(shareBefore(stats, method))} before</p>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

const shareBefore = (stats: Stats | undefined, method: PaymentMethod) =>
  stats?.previous.methodDistribution.find((part) => part.method === method)?.percentage ?? 0;
