import '../ui/table.css';
import { noFailureCode } from '@paydeck/contract/payments';
import { Hourglass, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { formatMoney } from '../format/money.ts';
import { formatCount, formatPercentage, plural } from '../format/numbers.ts';
import { methodNames } from '../payments/payment-words.ts';
import { Button } from '../ui/button.tsx';
import { Card, Notice, Skeleton } from '../ui/card.tsx';
import { CodeText } from '../ui/code-text.tsx';
import { Change } from './change.tsx';
import type { StatsScope } from './overview-search.ts';
import { datesOf, paymentsBehind } from './payments-behind.ts';
import type { Overview } from './use-stats.ts';

const rowsShown = 8;

/** Why payments failed: by code and method, most frequent first. */
export function FailuresCard({
  data,
  scope,
}: {
  /** Undefined until the first answer; null if the range has too many failures to read in time. */
  data: Overview['failures'] | undefined;
  scope: StatsScope;
}) {
  const [areAllShown, showAll] = useState(false);
  if (data === undefined) {
    return (
      <Card title="Failures">
        <Skeleton width="100%" />
      </Card>
    );
  }
  if (data === null) {
    return (
      <Card title="Failures">
        <Notice icon={Hourglass} title="Too many failed payments to list">
          The server could not read all of them in time. Choose a shorter range.
        </Notice>
      </Card>
    );
  }
  const shown = areAllShown ? data.items : data.items.slice(0, rowsShown);
  const rest = data.items.slice(shown.length);
  const restCount = rest.reduce((sum, { count }) => sum + count, 0);
  return (
    <Card
      title="Failures"
      actions={
        (data.failureRate > 0 || data.previous.failureRate > 0) && (
          <span className="card-note">
            {formatPercentage(data.failureRate)} of settled payments,{' '}
            {formatPercentage(data.previous.failureRate)} before
          </span>
        )
      }
      bare
    >
      {data.items.length === 0 ? (
        <Notice icon={ShieldCheck} title="No failed payments in this period" />
      ) : (
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th>Reason</th>
                <th className="wide">Method</th>
                <th className="right">Payments</th>
                <th className="wide">Share</th>
                <th className="right wide">Amount</th>
                <th className="right">Change</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((item) => (
                <tr key={`${item.failureCode} ${item.method}`} className="behind-row">
                  <td className="mono">
                    <Link
                      className="behind-link"
                      href={paymentsBehind({
                        currency: data.currency,
                        ...datesOf(scope),
                        status: ['failed'],
                        method: [item.method],
                        failureCode: [item.failureCode ?? noFailureCode],
                      })}
                    >
                      {item.failureCode === null ? (
                        <span className="soft">No code</span>
                      ) : (
                        <CodeText code={item.failureCode} />
                      )}
                    </Link>
                    <span className="soft narrow">{methodNames[item.method]}</span>
                  </td>
                  <td className="wide keep">{methodNames[item.method]}</td>
                  <td className="right">{formatCount(item.count)}</td>
                  <td className="wide">
                    <div className="share">
                      <div className="share-bar" aria-hidden="true">
                        <span style={{ width: `${item.share}%` }} />
                      </div>
                      {formatPercentage(item.share)}
                    </div>
                  </td>
                  <td className="right wide">{formatMoney(item.amountMinor, data.currency)}</td>
                  <td className="right keep">
                    <Change now={item.count} before={item.previous.count} comparison="" moreIs="bad" />
                  </td>
                </tr>
              ))}
              {rest.length > 0 && (
                <tr>
                  <td colSpan={6}>
                    <Button look="plain" className="show-all" onClick={() => showAll(true)}>
                      Show {plural(rest.length, 'more reason')} of {plural(restCount, 'payment')}
                    </Button>
                  </td>
                </tr>
              )}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
