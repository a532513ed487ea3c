import './settings.css';
import type { SignedInUser } from '@paydeck/client';
import { ViewHead } from '../shell/app-shell.tsx';
import { AccountCard } from './account-card.tsx';
import { ApiKeysCard } from './api-keys-card.tsx';
import { ServerCard } from './server-card.tsx';
import { SessionsCard } from './sessions-card.tsx';

/** The user's own account and sessions; for admins also the API keys, and how the server is set up. */
export function SettingsView({ user }: { user: SignedInUser }) {
  return (
    <>
      <ViewHead title="Settings" />
      <div className="settings">
        <AccountCard user={user} />
        <SessionsCard user={user} />
        {user.role === 'admin' && (
          <>
            <ApiKeysCard />
            <ServerCard />
          </>
        )}
      </div>
    </>
  );
}
