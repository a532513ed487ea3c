import { Menu } from '@base-ui/react/menu';
import type { RouterOutputs } from '@paydeck/client';
import { roles } from '@paydeck/contract/users';
import { useMutation } from '@tanstack/react-query';
import {
  Ellipsis,
  KeyRound,
  Link2,
  Link2Off,
  MonitorSmartphone,
  ShieldOff,
  Trash2,
  UserCheck,
  UserX,
} from 'lucide-react';
import { useState } from 'react';
import { queryClient, trpc } from '../client.ts';
import { formatDateTime } from '../format/dates.ts';
import { SessionsDialog } from '../sessions/sessions-dialog.tsx';
import { IconButton } from '../ui/button.tsx';
import { Badge } from '../ui/card.tsx';
import { explainError } from '../ui/explain-error.ts';
import { Select } from '../ui/field.tsx';
import { MenuPopup } from '../ui/menu-popup.tsx';
import { RecentTime } from '../ui/recent-time.tsx';
import { RoleOptions } from '../ui/role-options.tsx';
import { useToast } from '../ui/toasts.tsx';
import { type AccessChange, AccessDialog } from './access-dialog.tsx';
import { DeleteUserDialog } from './delete-user-dialog.tsx';
import { PasswordLinkDialog } from './password-link.tsx';
import { RemoveSecondFactorDialog } from './remove-second-factor-dialog.tsx';
import { ResetPasswordDialog } from './reset-password-dialog.tsx';

type User = RouterOutputs['users']['list'][number];
type PasswordLink = RouterOutputs['passwordLinks']['list'][number];

/** `link`: the password link of the user that can still be used. */
export function UserRow({
  user,
  isSelf,
  link,
}: {
  user: User;
  isSelf: boolean;
  link: PasswordLink | undefined;
}) {
  const { id, username, role, active } = user;
  const toast = useToast();
  const [open, setOpen] = useState<'password' | 'link' | 'second-factor' | 'sessions' | 'delete' | null>(
    null,
  );
  const close = () => setOpen(null);
  const [change, setChange] = useState<AccessChange | null>(null);
  const activate = useMutation(
    trpc.users.update.mutationOptions({
      onError: (error) => toast(explainError(error)),
      onSettled: () => queryClient.invalidateQueries(trpc.users.list.queryFilter()),
    }),
  );
  const revoke = useMutation(
    trpc.passwordLinks.revoke.mutationOptions({
      onSuccess: () => toast(`The password link of ${username} can’t be used any more.`),
      onError: (error) => toast(explainError(error)),
      onSettled: () => queryClient.invalidateQueries(trpc.passwordLinks.list.queryFilter()),
    }),
  );
  const state = active ? <Badge tone="good">Active</Badge> : <Badge tone="plain">Deactivated</Badge>;
  return (
    <tr>
      <td>
        <span className="user-name">
          {username}
          {isSelf && <Badge tone="plain">You</Badge>}
          {user.hasSecondFactor && <Badge tone="good">Second factor</Badge>}
          {link !== undefined && (
            <span title={`By ${link.createdBy}. It can be used until ${formatDateTime(link.expiresAt)}.`}>
              <Badge tone="waiting">Password link</Badge>
            </span>
          )}
        </span>
        <span className="narrow">{state}</span>
      </td>
      <td>
        <Select
          className="select-quiet"
          aria-label={`Role of ${username}`}
          value={change !== null && 'role' in change ? change.role : role}
          onChange={({ target }) => {
            const chosen = roles.find((choice) => choice === target.value);
            setChange(chosen === undefined || chosen === role ? null : { role: chosen });
          }}
        >
          <RoleOptions />
        </Select>
      </td>
      <td className="wide">{state}</td>
      <td className="wide soft keep">
        <RecentTime at={user.createdAt} />
      </td>
      <td className="user-actions">
        <Menu.Root>
          <Menu.Trigger render={<IconButton label={`Actions for ${username}`} />}>
            <Ellipsis aria-hidden />
          </Menu.Trigger>
          <MenuPopup>
            {!isSelf && active && (
              <Menu.Item className="menu-item" onClick={() => setOpen('link')}>
                <Link2 aria-hidden /> Password link
              </Menu.Item>
            )}
            {link !== undefined && (
              <Menu.Item className="menu-item" onClick={() => revoke.mutate({ userId: id })}>
                <Link2Off aria-hidden /> Revoke password link
              </Menu.Item>
            )}
            {!isSelf && (
              <Menu.Item className="menu-item" onClick={() => setOpen('password')}>
                <KeyRound aria-hidden /> Reset password
              </Menu.Item>
            )}
            <Menu.Item className="menu-item" onClick={() => setOpen('sessions')}>
              <MonitorSmartphone aria-hidden /> Sessions
            </Menu.Item>
            {user.hasSecondFactor && (
              <Menu.Item className="menu-item" onClick={() => setOpen('second-factor')}>
                <ShieldOff aria-hidden /> Remove second factor
              </Menu.Item>
            )}
            {active ? (
              <Menu.Item className="menu-item" onClick={() => setChange({ active: false })}>
                <UserX aria-hidden /> Deactivate
              </Menu.Item>
            ) : (
              <Menu.Item className="menu-item" onClick={() => activate.mutate({ id, active: true })}>
                <UserCheck aria-hidden /> Activate
              </Menu.Item>
            )}
            <Menu.Item className="menu-item" onClick={() => setOpen('delete')}>
              <Trash2 aria-hidden /> Delete
            </Menu.Item>
          </MenuPopup>
        </Menu.Root>
        <AccessDialog user={user} isSelf={isSelf} change={change} onClose={() => setChange(null)} />
        <PasswordLinkDialog user={user} open={open === 'link'} onOpenChange={close} />
        <ResetPasswordDialog user={user} open={open === 'password'} onOpenChange={close} />
        <RemoveSecondFactorDialog user={user} open={open === 'second-factor'} onOpenChange={close} />
        <SessionsDialog user={user} isOwn={isSelf} open={open === 'sessions'} onOpenChange={close} />
        <DeleteUserDialog user={user} open={open === 'delete'} onOpenChange={close} />
      </td>
    </tr>
  );
}
