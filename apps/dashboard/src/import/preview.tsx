import type { DryRun } from '@paydeck/payment-files/dry-run';
import { formatDateTime, formatExact } from '../format/dates.ts';
import { formatMoney } from '../format/money.ts';
import { formatCount, formatPercentage, plural } from '../format/numbers.ts';
import { getTimeZone, timeZoneName } from '../format/time-zone.ts';
import { methodNames, statusNames, statusTones } from '../payments/payment-words.ts';
import { Badge, Card } from '../ui/card.tsx';
import { Sums } from './sums.tsx';

/** The payments that an import would record: the first ones, the sums, and the rows left out. `progress` is null at the end. */
export function Preview({
  dry,
  currency,
  ignored,
  progress,
}: {
  dry: DryRun;
  /** The currency of the rows that name none. */
  currency: string;
  ignored: readonly string[];
  progress: number | null;
}) {
  const leftOut = Object.entries(dry.leftOut);
  const first = dry.first.map((payment, place) => ({ place, payment }));
  return (
    <Card
      title="What would be recorded"
      bare
      actions={
        <span className="card-note" role="status">
          {progress === null
            ? `${plural(dry.rows, 'row')} checked`
            : `Checking: ${formatPercentage(progress * 100)}`}
        </span>
      }
    >
      <dl className="import-facts card-body">
        <div>
          <dt>Payments</dt>
          <dd>
            <span className="number">{formatCount(dry.good)}</span>
            {dry.good > 0 && <span className="soft"> Those that exist already are skipped.</span>}
          </dd>
        </div>
        <div>
          <dt>Sum</dt>
          <dd>
            <Sums sumsMinor={dry.sumsMinor} />
          </dd>
        </div>
        {dry.refunded > 0 && (
          <div>
            <dt>Refunded later</dt>
            <dd>
              {plural(dry.refunded, 'payment')}.{' '}
              <span className="soft">
                Recorded as succeeded, with the whole amount. The refund itself is not recorded.
              </span>
            </dd>
          </div>
        )}
        {dry.withoutCurrency > 0 && (
          <div>
            <dt>Currency</dt>
            <dd>
              {plural(dry.withoutCurrency, 'row')} without a currency: read as {currency}.{' '}
              <span className="soft">If that is wrong, choose another under “Currency”.</span>
            </dd>
          </div>
        )}
        <div>
          <dt>Invalid</dt>
          <dd className="number">{formatCount(dry.bad)}</dd>
        </div>
        {leftOut.length > 0 && (
          <div>
            <dt>Left out</dt>
            <dd>
              <ul>
                {leftOut.map(([reason, count]) => (
                  <li key={reason}>
                    {plural(count, 'row')}: {reason}
                  </li>
                ))}
              </ul>
            </dd>
          </div>
        )}
        {ignored.length > 0 && (
          <div>
            <dt>Columns not read</dt>
            <dd className="soft">{ignored.join(', ')}</dd>
          </div>
        )}
      </dl>
      {dry.first.length > 0 && (
        <table className="table import-preview" aria-label="The first payments">
          <thead>
            <tr>
              <th className="wide">Created ({timeZoneName(getTimeZone())})</th>
              <th>Receiver</th>
              <th className="wide">Description</th>
              <th className="wide">Method</th>
              <th>Status</th>
              <th className="right">Amount</th>
            </tr>
          </thead>
          <tbody>
            {first.map(({ place, payment }) => (
              <PreviewRow key={place} payment={payment} />
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

function PreviewRow({ payment }: { payment: DryRun['first'][number] }) {
  const {
    createdAt,
    receiver,
    description,
    method,
    status = 'pending',
    amountMinor,
    currency = '',
  } = payment;
  const created =
    createdAt === undefined ? (
      'Now'
    ) : (
      <time dateTime={createdAt} title={formatExact(new Date(createdAt))}>
        {formatDateTime(new Date(createdAt))}
      </time>
    );
  return (
    <tr>
      <td className="soft wide">{created}</td>
      <td>
        <span dir="auto">{receiver}</span>
        <span className="soft narrow">{created}</span>
      </td>
      <td className="soft wide" dir="auto">
        {description}
      </td>
      <td className="keep wide">{methodNames[method]}</td>
      <td>
        <Badge tone={statusTones[status]}>{statusNames[status]}</Badge>
      </td>
      <td className="right keep amount">
        {formatMoney(amountMinor, currency)} <span className="soft">{currency}</span>
      </td>
    </tr>
  );
}
