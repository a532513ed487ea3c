import './app-shell.css';
import type { SignedInUser } from '@paydeck/client';
import {
  CreditCard,
  FileUp,
  LayoutDashboard,
  type LucideIcon,
  ScrollText,
  Settings,
  Users,
} from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Link, useLocation } from 'wouter';
import icon from '../icon.svg';
import { SecondFactorNotice } from '../second-factor/second-factor-notice.tsx';
import { Banner } from '../ui/card.tsx';
import { explainError } from '../ui/explain-error.ts';
import { AccountMenu } from './account-menu.tsx';
import { ConnectionStatus, useConnectionState } from './connection-status.tsx';
import { useKeptSettings } from './kept-settings.ts';
import { useShortcuts } from './shortcuts.ts';
import { ShortcutsSheet } from './shortcuts-sheet.tsx';
import { TimeZoneNotice } from './time-zone-notice.tsx';

/** `key` is pressed after `g` to open the view. */
type View = { path: string; name: string; key: string; icon: LucideIcon; adminsOnly?: boolean };

const views: readonly View[] = [
  { path: '/', name: 'Overview', key: 'o', icon: LayoutDashboard },
  { path: '/payments', name: 'Payments', key: 'p', icon: CreditCard },
  { path: '/import', name: 'Import', key: 'i', icon: FileUp, adminsOnly: true },
  { path: '/users', name: 'Users', key: 'u', icon: Users, adminsOnly: true },
  { path: '/audit', name: 'Audit', key: 'a', icon: ScrollText, adminsOnly: true },
  { path: '/settings', name: 'Settings', key: 's', icon: Settings },
];

/** The frame of every view: navigation, state of the connection, and account menu. */
export function AppShell({ user, children }: { user: SignedInUser; children: ReactNode }) {
  const [location] = useLocation();
  const overviewSearch = useKeptSettings();
  const [isSheetOpen, setSheetOpen] = useState(false);
  const links = views
    .filter(({ adminsOnly }) => !adminsOnly || user.role === 'admin')
    .map((view) => ({ ...view, href: view.path === '/' ? `/${overviewSearch}` : view.path }));
  useShortcuts(new Map(links.map(({ key, href }) => [key, href])), () => setSheetOpen(true));
  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <header className="sidebar">
        <div className="brand">
          <img src={icon} alt="" />
          Paydeck
        </div>
        <nav className="nav" aria-label="Main">
          <ul>
            {links.map(({ path, name, icon: Icon, href }) => (
              <li key={path}>
                <Link href={href} aria-current={location === path ? 'page' : undefined}>
                  <Icon aria-hidden />
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className="sidebar-foot">
          <ConnectionStatus />
          <AccountMenu user={user} showShortcuts={() => setSheetOpen(true)} />
        </div>
      </header>
      <main id="main" className="main" tabIndex={-1}>
        {user.role === 'admin' && <SecondFactorNotice />}
        <TimeZoneNotice />
        {children}
      </main>
      <ShortcutsSheet open={isSheetOpen} onOpenChange={setSheetOpen} />
    </div>
  );
}

/** The head of a view: title, note and actions, and a banner while the view can't be updated. */
export function ViewHead({
  title,
  note,
  updateError = null,
  children,
}: {
  title: string;
  note?: ReactNode;
  /** Why the data that the view shows could not be updated. */
  updateError?: unknown;
  children?: ReactNode;
}) {
  const connection = useConnectionState();
  return (
    <>
      <div className="view-head">
        <title>{`${title} · Paydeck`}</title>
        <div className="view-title">
          <h1>{title}</h1>
          {note !== undefined && <p>{note}</p>}
        </div>
        {children}
      </div>
      {connection === 'offline' && (
        <Banner tone="waiting">
          The server can’t be reached. What you see may be out of date. It updates when the connection is
          back.
        </Banner>
      )}
      {connection !== 'offline' && updateError !== null && (
        <Banner tone="waiting">What you see could not be updated. {explainError(updateError)}</Banner>
      )}
    </>
  );
}
