import './sessions.css';
import '../ui/overlay.css';
import { Dialog } from '@base-ui/react/dialog';
import type { RouterOutputs } from '@paydeck/client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { queryClient, trpc } from '../client.ts';
import { formatDateTime } from '../format/dates.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Badge, ErrorNotice, Skeleton } from '../ui/card.tsx';
import { explainError } from '../ui/explain-error.ts';
import type { DialogProps } from '../ui/form-dialog.tsx';
import { useToast } from '../ui/toasts.tsx';
import { deviceName } from './device-name.ts';

type Session = RouterOutputs['sessions']['list'][number];

const reload = () => queryClient.invalidateQueries(trpc.sessions.list.queryFilter());

/** The open sessions of a user, each with a button that ends it. */
export function SessionsDialog({
  user,
  isOwn,
  open,
  onOpenChange,
}: DialogProps & { user: { id: string; username: string }; isOwn: boolean }) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <div className="overlay-head">
            <Dialog.Title>{isOwn ? 'Your sessions' : `Sessions of ${user.username}`}</Dialog.Title>
            <Dialog.Close render={<IconButton label="Close" />}>
              <X aria-hidden />
            </Dialog.Close>
          </div>
          <SessionList userId={user.id} />
          <div className="overlay-foot">
            <EndAll userId={user.id} isOwn={isOwn} />
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function SessionList({ userId }: { userId: string }) {
  const sessions = useQuery(trpc.sessions.list.queryOptions({ userId }, { staleTime: 0 }));
  const { data } = sessions;
  return (
    <div className="overlay-body">
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
    </div>
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

function EndAll({ userId, isOwn }: { userId: string; isOwn: boolean }) {
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
