import type { RouterOutputs } from '@paydeck/client';
import type { PaymentMethod } from '@paydeck/contract/payments';
import { ChartPie } from 'lucide-react';
import { Link } from 'wouter';
import { formatPercentage, plural } from '../format/numbers.ts';
import { methodNames } from '../payments/payment-words.ts';
import { Card, Notice, Skeleton } from '../ui/card.tsx';
import type { StatsScope } from './overview-search.ts';
import { datesOf, paymentsBehind } from './payments-behind.ts';

type Stats = RouterOutputs['stats']['dashboard'];

const series: Record<PaymentMethod, string> = {
  credit_card: 'series-1',
  bank_transfer: 'series-2',
  digital_wallet: 'series-3',
};

/** How many payments used each method, whatever their status. */
export function MethodsCard({ stats, scope }: { stats: Stats | undefined; scope: StatsScope }) {
  const split = stats?.methodDistribution;
  const isEmpty = split?.every(({ count }) => count === 0) === true;
  const isAnyBefore = stats?.previous.methodDistribution.some(({ count }) => count > 0);
  return (
    <Card title="Payment methods">
      {stats === undefined || split === undefined ? (
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
              <li key={method} className="behind-row">
                <span className={`swatch ${series[method]}`} />
                <Link
                  className="behind-link"
                  href={paymentsBehind({ currency: stats.currency, ...datesOf(scope), method: [method] })}
                >
                  {methodNames[method]}
                </Link>
                <strong>{formatPercentage(percentage)}</strong>
                <p className="split-count">{plural(count, 'payment')}</p>
                {isAnyBefore && (
                  <p className="split-before">{formatPercentage(shareBefore(stats, method))} before</p>
                )}
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
