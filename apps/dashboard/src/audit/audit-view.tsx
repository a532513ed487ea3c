import './audit.css';
import '../ui/table.css';
import type { SignedInUser } from '@paydeck/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Lock, ScrollText } from 'lucide-react';
import { useState } from 'react';
import { client, trpc } from '../client.ts';
import { ViewHead } from '../shell/app-shell.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Notice, Skeleton } from '../ui/card.tsx';
import { AuditExportButton } from './audit-export-button.tsx';
import { AuditFilter, everything, filterOf } from './audit-filter.tsx';
import { AuditTable } from './audit-table.tsx';

/** What happened, and who did it from where: for admins. */
export function AuditView({ user }: { user: SignedInUser }) {
  if (user.role === 'admin') return <AuditLog />;
  return (
    <>
      <ViewHead title="Audit" />
      <section className="card">
        <Notice icon={Lock} title="For admins only">
          Ask an admin what happened.
        </Notice>
      </section>
    </>
  );
}

const initialCursor: string | null = null;

function AuditLog() {
  const [search, setSearch] = useState(everything);
  const filter = filterOf(search);
  const log = useInfiniteQuery({
    queryKey: [...trpc.audit.pathKey(), filter],
    // tRPC's own option would add a field to the input that `audit.list` does not have.
    queryFn: ({ pageParam: cursor, signal }) =>
      client.api.audit.list.query({ ...filter, ...(cursor !== null && { cursor }) }, { signal }),
    initialPageParam: initialCursor,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const entries = log.data?.pages.flatMap(({ items }) => items);
  return (
    <>
      <ViewHead title="Audit" note="What happened, newest first">
        <AuditExportButton filter={filter} />
      </ViewHead>
      <section className="card" aria-label="Audit log">
        <div className="card-body">
          <AuditFilter search={search} onChange={(changes) => setSearch({ ...search, ...changes })} />
        </div>
        {entries === undefined && log.isError ? (
          <ErrorNotice error={log.error} retry={() => void log.refetch()} />
        ) : entries === undefined ? (
          <div className="card-body">
            <Skeleton width="100%" />
          </div>
        ) : entries.length === 0 ? (
          <Notice icon={ScrollText} title="No entries">
            Nothing that matches the filter has happened.
          </Notice>
        ) : (
          <AuditTable entries={entries} />
        )}
        {log.hasNextPage && (
          <div className="card-body">
            <Button disabled={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
              Older entries
            </Button>
          </div>
        )}
      </section>
    </>
  );
}
