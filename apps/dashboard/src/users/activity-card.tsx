import { skipToken, useQuery } from '@tanstack/react-query';
import { useSubscription } from '@trpc/tanstack-react-query';
import { Activity } from 'lucide-react';
import { useState } from 'react';
import { trpc } from '../client.ts';
import { formatDateTime } from '../format/dates.ts';
import { Banner, Card, Notice } from '../ui/card.tsx';
import { explainError } from '../ui/explain-error.ts';

/** The card searches this many of the latest events, of all kinds, for sign-ins. */
const eventsBack = 5_000;
const maxEntries = 50;

type Entry = { id: string; username: string; action: 'login' | 'logout'; timestamp: Date };

/** Recent sign-ins and sign-outs, updated live. */
export function ActivityCard() {
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  const asOf = useQuery(
    trpc.payments.list.queryOptions(
      { limit: 1 },
      { select: (page) => page.asOf, staleTime: Number.POSITIVE_INFINITY },
    ),
  );
  const { error } = useSubscription(
    trpc.users.onActivity.subscriptionOptions(
      asOf.data === undefined ? skipToken : { lastEventId: Math.max(0, asOf.data - eventsBack) },
      {
        onData: ({ id, data }) => {
          if (data.type === 'reset') return;
          const { username, action, timestamp } = data;
          setEntries((last) => [{ id, username, action, timestamp }, ...last].slice(0, maxEntries));
        },
      },
    ),
  );
  return (
    <Card title="Activity">
      {error && <Banner>{explainError(error)}</Banner>}
      {entries.length === 0 ? (
        <Notice icon={Activity} title="No recent activity">
          Sign-ins and sign-outs appear here as they happen.
        </Notice>
      ) : (
        <ol className="activity" aria-live="polite">
          {entries.map(({ id, username, action, timestamp }) => (
            <li key={id}>
              <span>
                <strong>{username}</strong> signed {action === 'login' ? 'in' : 'out'}
              </span>
              <time className="soft number" dateTime={timestamp.toISOString()}>
                {formatDateTime(timestamp)}
              </time>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}
