import type { RouterOutputs } from '@paydeck/client';
import { useQuery } from '@tanstack/react-query';
import { trpc } from '../client.ts';
import { Skeleton } from '../ui/card.tsx';
import { explainError } from '../ui/explain-error.ts';
import { RecentTime } from '../ui/recent-time.tsx';
import { statusNames } from './payment-words.ts';

type Entry = RouterOutputs['payments']['history'][number];

/** The history of a payment: who created it, and who changed what. */
export function PaymentHistory({ id }: { id: string }) {
  const { data, error } = useQuery(trpc.payments.history.queryOptions({ id }));
  return (
    <section className="history" aria-labelledby="history-title">
      <h3 id="history-title">History</h3>
      {error !== null && <p className="soft">{explainError(error)}</p>}
      {data === undefined && error === null && <Skeleton width="60%" />}
      <ol>
        {data?.toReversed().map((entry) => (
          <li key={`${entry.type} ${entry.at.getTime()}`}>
            <strong>{titleOf(entry)}</strong>
            {changesOf(entry).map((change) => (
              <span key={change} className="soft">
                {change}
              </span>
            ))}
            <span className="soft">
              <RecentTime at={entry.at} />
              {entry.by !== null && ` · ${nameOf(entry.by)}`}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function titleOf({ type, changes }: Entry): string {
  if (type === 'created') return 'Created';
  return changes.status === undefined ? 'Corrected' : statusNames[changes.status.to];
}

function changesOf({ type, changes }: Entry): string[] {
  if (type === 'created') return [];
  const { failureCode, failureMessage, receiver, description } = changes;
  return [
    failureCode?.to && `Failure code: ${failureCode.to}`,
    failureMessage?.to && `Failure message: ${failureMessage.to}`,
    receiver && `Receiver: ${receiver.from} → ${receiver.to}`,
    description && `Description: ${description.from ?? 'none'} → ${description.to ?? 'none'}`,
  ].filter((text) => typeof text === 'string');
}

const nameOf = ({ username, apiKeyName }: NonNullable<Entry['by']>) =>
  apiKeyName === null ? username : `${username}, with API key ${apiKeyName}`;
