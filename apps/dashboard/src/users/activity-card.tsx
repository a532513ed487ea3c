import type { AuditEntry } from '@paydeck/contract/audit';
import { skipToken, useQuery } from '@tanstack/react-query';
import { useSubscription } from '@trpc/tanstack-react-query';
import { Activity } from 'lucide-react';
import { queryClient, trpc } from '../client.ts';
import { Banner, Card, ErrorNotice, Notice, Skeleton } from '../ui/card.tsx';
import { explainError } from '../ui/explain-error.ts';
import { RecentTime } from '../ui/recent-time.tsx';
import { activityInWords, shownActions } from './activity-words.ts';

const entries = trpc.audit.list.queryOptions({ action: shownActions, limit: 50 }, { staleTime: 0 });
function reload(): void {
  for (const { queryKey } of [entries, trpc.users.list.queryFilter(), trpc.passwordLinks.list.queryFilter()])
    void queryClient.invalidateQueries({ queryKey });
}

/** Recent sign-ins, sign-outs and changes of users, from the audit log. It and the list of users are read again at each. */
export function ActivityCard() {
  const log = useQuery(entries);
  const asOf = useQuery(
    trpc.payments.list.queryOptions(
      { limit: 1 },
      { select: (page) => page.asOf, staleTime: Number.POSITIVE_INFINITY },
    ),
  );
  const { error } = useSubscription(
    trpc.users.onActivity.subscriptionOptions(
      asOf.data === undefined ? skipToken : { lastEventId: asOf.data, changes: true },
      // Also after a reset: what was missed is in the audit log.
      { onData: reload },
    ),
  );
  return (
    <Card title="Activity">
      {error && <Banner>{explainError(error)}</Banner>}
      {log.data === undefined && log.isError ? (
        <ErrorNotice error={log.error} retry={() => void log.refetch()} />
      ) : log.data === undefined ? (
        <Skeleton width="100%" />
      ) : log.data.items.length === 0 ? (
        <Notice icon={Activity} title="No recent activity">
          Sign-ins, sign-outs and changes of users appear here as they happen.
        </Notice>
      ) : (
        <ol className="activity" aria-live="polite">
          {log.data.items.map((entry) => (
            <Item key={entry.id} entry={entry} />
          ))}
        </ol>
      )}
    </Card>
  );
}

function Item({ entry }: { entry: AuditEntry }) {
  const { who, what } = activityInWords(entry);
  return (
    <li>
      <span>
        <strong>{who}</strong> {what}
      </span>
      <RecentTime className="soft number" at={entry.at} />
    </li>
  );
}
