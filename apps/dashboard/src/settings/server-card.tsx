import type { AuditDetail } from '@paydeck/contract/audit';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { trpc } from '../client.ts';
import { formatDateTime } from '../format/dates.ts';
import { Card, ErrorNotice, Skeleton } from '../ui/card.tsx';
import { Facts } from './facts.tsx';

const minutes = (seconds: number) => (seconds % 60 === 0 ? `${seconds / 60} minutes` : `${seconds} seconds`);

/** The settings that an admin may want to know, in words. The others are in the audit log. */
const words: Readonly<Record<string, [name: string, write: (value: AuditDetail) => string]>> = {
  environment: ['Environment', String],
  database: ['Database', String],
  defaultCurrency: ['Default currency', String],
  requireSecondFactor: ['Second factor', (value) => (value === 'admins' ? 'Required of admins' : 'Optional')],
  accessTokenTtlSeconds: ['Access tokens are valid for', (value) => minutes(Number(value))],
  sessionMaxDays: ['Sessions end after', (value) => `${value} days`],
  eventRetentionDays: ['Live events are kept for', (value) => `${value} days`],
  trustedProxies: [
    'Trusted proxies',
    (value) => (Array.isArray(value) && value.length > 0 ? value.join(', ') : 'None'),
  ],
};

/** How the server is set up: the settings of its latest start, from the audit log. */
export function ServerCard() {
  const start = useQuery(
    trpc.audit.list.queryOptions(
      { action: ['server.start'], limit: 1 },
      { select: ({ items }) => items[0] ?? null },
    ),
  );
  const entry = start.data;
  return (
    <div className="settings-wide">
      <Card title="Server">
        {entry === undefined && start.isError ? (
          <ErrorNotice error={start.error} retry={() => void start.refetch()} />
        ) : entry === undefined ? (
          <Skeleton width="100%" />
        ) : (
          <>
            {entry !== null && (
              <Facts
                facts={[['Started', formatDateTime(entry.at)], ...settingsInWords(entry.details.settings)]}
              />
            )}
            <p className="settings-actions">
              <span className="soft">
                The settings are environment variables of the server. What happened since its first start is
                in the <Link href="/audit">audit log</Link>.
              </span>
            </p>
          </>
        )}
      </Card>
    </div>
  );
}

function settingsInWords(settings: AuditDetail | undefined): [string, string][] {
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) return [];
  const values = new Map<string, AuditDetail>(Object.entries(settings));
  return Object.entries(words).flatMap(([key, [name, write]]): [string, string][] => {
    const value = values.get(key);
    return value === undefined ? [] : [[name, write(value)]];
  });
}
