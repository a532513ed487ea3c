import './sessions.css';
import type { RouterOutputs } from '@paydeck/client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { queryClient, trpc } from '../client.ts';
import { formatDateTime } from '../format/dates.ts';
import { Button } from '../ui/button.tsx';
import { Badge, ErrorNotice, Skeleton } from '../ui/card.tsx';
import { explainError } from '../ui/explain-error.ts';
import { useToast } from '../ui/toasts.tsx';
import { deviceName } from './device-name.ts';

type Session = RouterOutputs['sessions']['list'][number];

const reload = () => queryClient.invalidateQueries(trpc.sessions.list.queryFilter());

/** The open sessions of a user, each with a button that ends it. */
export function SessionList({ userId }: { userId: string }) {
  const sessions = useQuery(trpc.sessions.list.queryOptions({ userId }, { staleTime: 0 }));
  const { data } = sessions;
  return (
    <>
      {data === undefined && sessions.isError ? (
        <ErrorNotice error={sessions.error} retry={() => void sessions.refetch()} />
      ) : data === undefined ? (
        <Skeleton width="100%" />
      ) : data.length === 0 ? (
        <p>There is no open session.</p>
      ) : (
        <ul className="sessions">
          {data.map((session) => (
            <SessionItem key={session.id} session={session} />
          ))}
        </ul>
      )}
    </>
  );
}

function SessionItem({ session }: { session: Session }) {
  const { id, current, address, userAgent, createdAt, lastUsedAt } = session;
  const toast = useToast();
  const end = useMutation(
    trpc.sessions.end.mutationOptions({ onError: (error) => toast(explainError(error)), onSettled: reload }),
  );
  const device = deviceName(userAgent);
  return (
    <li>
      <div>
        <span className="session-device">
          <strong>{device}</strong>
          {current && <Badge tone="good">This session</Badge>}
        </span>
        <p className="soft">
          {address !== null && `${address} · `}last used {formatDateTime(lastUsedAt)} · signed in{' '}
          {formatDateTime(createdAt)}
        </p>
      </div>
      {!current && (
        <Button
          aria-label={`End the session of ${device}`}
          disabled={end.isPending}
          onClick={() => end.mutate({ id })}
        >
          End
        </Button>
      )}
    </li>
  );
}

/** Ends all sessions of a user but the one that is used here. */
export function EndAllSessions({ userId, isOwn }: { userId: string; isOwn: boolean }) {
  const toast = useToast();
  const endAll = useMutation(
    trpc.sessions.endAll.mutationOptions({
      onSuccess: ({ ended }) => toast(ended === 1 ? '1 session has ended.' : `${ended} sessions have ended.`),
      onError: (error) => toast(explainError(error)),
      onSettled: reload,
    }),
  );
  return (
    <Button look="danger" disabled={endAll.isPending} onClick={() => endAll.mutate({ userId })}>
      {isOwn ? 'Sign out everywhere else' : 'End all sessions'}
    </Button>
  );
}
