import '../ui/table.css';
import type { RouterOutputs } from '@paydeck/client';
import { useQuery } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { trpc } from '../client.ts';
import { formatDateTime } from '../format/dates.ts';
import { Button } from '../ui/button.tsx';
import { Badge, Card, ErrorNotice, Notice, Skeleton } from '../ui/card.tsx';
import { roleNames } from '../ui/role-options.tsx';
import { CreateApiKeyDialog } from './create-api-key-dialog.tsx';
import { RevokeApiKeyDialog } from './revoke-api-key-dialog.tsx';

type ApiKey = RouterOutputs['apiKeys']['list'][number];

/** When a key ended: it was revoked, or has expired. Null while it works. */
const endOf = ({ revokedAt, expiresAt }: ApiKey): Date | null =>
  revokedAt ?? (expiresAt !== null && expiresAt.getTime() <= Date.now() ? expiresAt : null);

/** The API keys of all users. Ended ones are shown on request. */
export function ApiKeysCard() {
  const keys = useQuery(trpc.apiKeys.list.queryOptions());
  const [isCreating, setCreating] = useState(false);
  const [areEndedShown, setEndedShown] = useState(false);
  const [revoked, setRevoked] = useState<ApiKey | null>(null);
  const { data } = keys;
  const shown = data?.filter((key) => areEndedShown || endOf(key) === null) ?? [];
  const hasEnded = data?.some((key) => endOf(key) !== null) === true;
  return (
    <div className="settings-wide">
      <Card
        title="API keys"
        bare
        actions={
          <>
            {hasEnded && (
              <label className="check">
                <input
                  type="checkbox"
                  checked={areEndedShown}
                  onChange={({ target }) => setEndedShown(target.checked)}
                />
                Show revoked and expired keys
              </label>
            )}
            <Button onClick={() => setCreating(true)}>
              <Plus aria-hidden /> New API key
            </Button>
          </>
        }
      >
        {data === undefined && keys.isError ? (
          <ErrorNotice error={keys.error} retry={() => void keys.refetch()} />
        ) : data === undefined ? (
          <div className="card-body">
            <Skeleton width="100%" />
          </div>
        ) : shown.length === 0 ? (
          <Notice icon={KeyRound} title="No API keys">
            With an API key, a script records and reads payments without a password.
          </Notice>
        ) : (
          <KeyTable keys={shown} onRevoke={setRevoked} />
        )}
      </Card>
      <CreateApiKeyDialog open={isCreating} onOpenChange={setCreating} />
      <RevokeApiKeyDialog apiKey={revoked} onClose={() => setRevoked(null)} />
    </div>
  );
}

function KeyTable({ keys, onRevoke }: { keys: readonly ApiKey[]; onRevoke: (key: ApiKey) => void }) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th>Name</th>
          <th className="wide">Key</th>
          <th>Role</th>
          <th className="wide">Created</th>
          <th className="wide">Last used</th>
          <th>Expires</th>
          <th>
            <span className="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <tr key={key.id}>
            <td>{key.name}</td>
            <td className="wide keep soft">{key.hint}</td>
            <td>{roleNames[key.role]}</td>
            <td className="wide soft">
              {formatDateTime(key.createdAt)} by {key.createdBy}
            </td>
            <td className="wide soft">
              {key.lastUsedAt === null ? 'Never' : formatDateTime(key.lastUsedAt)}
            </td>
            <td>
              <Expiry apiKey={key} />
            </td>
            <td className="right">
              {endOf(key) === null && (
                <Button aria-label={`Revoke ${key.name}`} onClick={() => onRevoke(key)}>
                  Revoke
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Expiry({ apiKey }: { apiKey: ApiKey }) {
  const { revokedAt, expiresAt } = apiKey;
  if (revokedAt !== null) return <Badge tone="bad">Revoked {formatDateTime(revokedAt)}</Badge>;
  if (expiresAt === null) return 'Never';
  return endOf(apiKey) === null ? formatDateTime(expiresAt) : <Badge tone="plain">Expired</Badge>;
}
