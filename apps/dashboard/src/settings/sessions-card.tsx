import type { SignedInUser } from '@paydeck/client';
import { EndAllSessions, SessionList } from '../sessions/session-list.tsx';
import { Card } from '../ui/card.tsx';

/** Where the user is signed in. */
export function SessionsCard({ user: { id } }: { user: SignedInUser }) {
  return (
    <Card title="Your sessions">
      <SessionList userId={id} />
      <div className="settings-actions">
        <EndAllSessions userId={id} isOwn />
      </div>
    </Card>
  );
}
