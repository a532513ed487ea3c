import type { SignedInUser } from '@paydeck/client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { trpc } from '../client.ts';
import { formatDateTime } from '../format/dates.ts';
import { SecondFactorDialog } from '../second-factor/lazy-dialog.tsx';
import { ChangePasswordDialog } from '../shell/change-password-dialog.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { roleNames } from '../ui/role-options.tsx';
import { Facts } from './facts.tsx';

/** The user's own account: name, role, password and second factor. */
export function AccountCard({ user }: { user: SignedInUser }) {
  const [open, setOpen] = useState<'password' | 'second-factor' | null>(null);
  const close = () => setOpen(null);
  const { data } = useQuery(trpc.secondFactor.get.queryOptions());
  const factor =
    data === undefined
      ? '…'
      : data.totp === null
        ? 'None: the password alone is enough to sign in'
        : `Authenticator app, since ${formatDateTime(data.totp.addedAt)}. Recovery codes left: ${data.recoveryCodes}`;
  return (
    <Card title="Your account">
      <Facts
        facts={[
          ['User name', user.username],
          ['Role', roleNames[user.role]],
          ['Second factor', factor],
        ]}
      />
      <div className="settings-actions">
        <Button onClick={() => setOpen('password')}>Change password</Button>
        <Button onClick={() => setOpen('second-factor')}>
          {data?.totp == null ? 'Add a second factor' : 'Second factor'}
        </Button>
      </div>
      <ChangePasswordDialog open={open === 'password'} onOpenChange={close} />
      <SecondFactorDialog open={open === 'second-factor'} onOpenChange={close} />
    </Card>
  );
}
