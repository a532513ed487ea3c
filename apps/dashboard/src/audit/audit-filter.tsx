import { auditActions } from '@paydeck/contract/audit';
import { useQuery } from '@tanstack/react-query';
import { trpc } from '../client.ts';
import { addDays, isCalendarDate, startOfLocalDate } from '../format/dates.ts';
import { SelectField, TextField } from '../ui/field.tsx';

/** The filter of the view. Empty texts do not filter. Dates are calendar dates of the browser's time zone. */
export type AuditSearch = { actorId: string; area: string; from: string; to: string };

export const everything: AuditSearch = { actorId: '', area: '', from: '', to: '' };

/** The filter of `audit.list`. The date `to` includes its whole day. */
export function filterOf({ actorId, area, from, to }: AuditSearch) {
  const actions = Object.entries(auditActions).find(([name]) => name === area)?.[1];
  return {
    ...(actorId !== '' && { actorId }),
    ...(actions !== undefined && { action: [...actions] }),
    ...(isCalendarDate(from) && { from: startOfLocalDate(from).toISOString() }),
    ...(isCalendarDate(to) && { to: startOfLocalDate(addDays(to, 1)).toISOString() }),
  };
}

export function AuditFilter({
  search,
  onChange,
}: {
  search: AuditSearch;
  onChange: (changes: Partial<AuditSearch>) => void;
}) {
  const users = useQuery(trpc.users.list.queryOptions());
  return (
    <div className="audit-filter">
      <SelectField
        label="User"
        value={search.actorId}
        onChange={(event) => onChange({ actorId: event.target.value })}
      >
        <option value="">Everyone</option>
        {users.data?.map(({ id, username }) => (
          <option key={id} value={id}>
            {username}
          </option>
        ))}
      </SelectField>
      <SelectField
        label="About"
        value={search.area}
        onChange={(event) => onChange({ area: event.target.value })}
      >
        <option value="">Everything</option>
        {Object.keys(auditActions).map((area) => (
          <option key={area} value={area}>
            {area.charAt(0).toUpperCase() + area.slice(1)}
          </option>
        ))}
      </SelectField>
      <TextField
        label="From"
        type="date"
        value={search.from}
        onChange={(event) => onChange({ from: event.target.value })}
      />
      <TextField
        label="To"
        type="date"
        value={search.to}
        onChange={(event) => onChange({ to: event.target.value })}
      />
    </div>
  );
}
