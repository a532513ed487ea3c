import './users.css';
import '../ui/table.css';
import type { SignedInUser } from '@paydeck/client';
import { useQuery } from '@tanstack/react-query';
import { Lock, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { trpc } from '../client.ts';
import { plural } from '../format/numbers.ts';
import { ViewHead } from '../shell/app-shell.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Notice, Skeleton } from '../ui/card.tsx';
import { ActivityCard } from './activity-card.tsx';
import { CreateUserDialog } from './create-user-dialog.tsx';
import { UserRow } from './user-row.tsx';

/** The users with their roles, and who signs in and out. */
export function UsersView({ user }: { user: SignedInUser }) {
  if (user.role !== 'admin') {
    return (
      <>
        <ViewHead title="Users" />
        <section className="card">
          <Notice icon={Lock} title="For admins only">
            Ask an admin to add users or to change their roles.
          </Notice>
        </section>
      </>
    );
  }
  return <UserAdministration ownId={user.id} />;
}

function UserAdministration({ ownId }: { ownId: string }) {
  const users = useQuery(trpc.users.list.queryOptions());
  const links = useQuery(trpc.passwordLinks.list.queryOptions());
  const [isCreating, setCreating] = useState(false);
  const { data } = users;
  return (
    <>
      <ViewHead title="Users" note={data === undefined ? 'Loading…' : plural(data.length, 'user')}>
        <Button look="primary" onClick={() => setCreating(true)}>
          <UserPlus aria-hidden /> New user
        </Button>
      </ViewHead>
      <div className="users-split">
        <section className="card" aria-label="Users">
          {data === undefined && users.isError ? (
            <ErrorNotice error={users.error} retry={() => void users.refetch()} />
          ) : data === undefined ? (
            <div className="card-body">
              <Skeleton width="100%" />
            </div>
          ) : (
            <table className="table">
              <thead>
                <tr>
                  <th>User name</th>
                  <th>Role</th>
                  <th className="wide">Status</th>
                  <th className="wide">Created</th>
                  <th>
                    <span className="visually-hidden">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {data.map((user) => (
                  <UserRow
                    key={user.id}
                    user={user}
                    isSelf={user.id === ownId}
                    link={links.data?.find(({ userId }) => userId === user.id)}
                  />
                ))}
              </tbody>
            </table>
          )}
        </section>
        <ActivityCard />
      </div>
      <CreateUserDialog open={isCreating} onOpenChange={setCreating} />
    </>
  );
}
