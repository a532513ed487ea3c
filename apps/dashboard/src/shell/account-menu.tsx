import { Menu } from '@base-ui/react/menu';
import type { SignedInUser } from '@paydeck/client';
import {
  Check,
  ChevronsUpDown,
  Keyboard,
  KeyRound,
  LogOut,
  MonitorSmartphone,
  ShieldCheck,
} from 'lucide-react';
import { useState } from 'react';
import { SecondFactorDialog } from '../second-factor/lazy-dialog.tsx';
import { signOut } from '../session/session-end.ts';
import { SessionsDialog } from '../sessions/sessions-dialog.tsx';
import { MenuPopup } from '../ui/menu-popup.tsx';
import { roleNames } from '../ui/role-options.tsx';
import { ChangePasswordDialog } from './change-password-dialog.tsx';
import { setTheme, type Theme, useTheme } from './theme.ts';

const themes: readonly { value: Theme; label: string }[] = [
  { value: 'system', label: 'System theme' },
  { value: 'light', label: 'Light theme' },
  { value: 'dark', label: 'Dark theme' },
];

export function AccountMenu({ user, showShortcuts }: { user: SignedInUser; showShortcuts: () => void }) {
  const theme = useTheme();
  const [open, setOpen] = useState<'password' | 'second-factor' | 'sessions' | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <Menu.Root>
        <Menu.Trigger className="account">
          <span className="visually-hidden">Account</span>
          <span className="account-initial" aria-hidden>
            {user.username.charAt(0)}
          </span>
          <span className="account-name">
            <strong>{user.username}</strong>
            <small>{roleNames[user.role]}</small>
          </span>
          <ChevronsUpDown aria-hidden />
        </Menu.Trigger>
        <MenuPopup>
          <Menu.RadioGroup value={theme} onValueChange={setTheme}>
            {themes.map(({ value, label }) => (
              <Menu.RadioItem key={value} value={value} className="menu-item" closeOnClick>
                {label}
                <Menu.RadioItemIndicator className="menu-mark">
                  <Check aria-hidden />
                </Menu.RadioItemIndicator>
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.Separator className="menu-line" />
          <Menu.Item className="menu-item" onClick={() => setOpen('password')}>
            <KeyRound aria-hidden /> Change password
          </Menu.Item>
          <Menu.Item className="menu-item" onClick={() => setOpen('second-factor')}>
            <ShieldCheck aria-hidden /> Second factor
          </Menu.Item>
          <Menu.Item className="menu-item" onClick={() => setOpen('sessions')}>
            <MonitorSmartphone aria-hidden /> Your sessions
          </Menu.Item>
          <Menu.Item className="menu-item" onClick={showShortcuts}>
            <Keyboard aria-hidden /> Keyboard shortcuts
          </Menu.Item>
          <Menu.Item className="menu-item" onClick={() => void signOut()}>
            <LogOut aria-hidden /> Sign out
          </Menu.Item>
        </MenuPopup>
      </Menu.Root>
      <ChangePasswordDialog open={open === 'password'} onOpenChange={close} />
      <SecondFactorDialog open={open === 'second-factor'} onOpenChange={close} />
      <SessionsDialog user={user} isOwn open={open === 'sessions'} onOpenChange={close} />
    </>
  );
}
