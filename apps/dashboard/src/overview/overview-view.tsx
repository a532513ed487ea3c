import './overview.css';
import { useSearchParams } from 'wouter';
import { formatClock } from '../format/dates.ts';
import { formatCount } from '../format/numbers.ts';
import { ViewHead } from '../shell/app-shell.tsx';
import { ErrorNotice } from '../ui/card.tsx';
import { FailuresCard } from './failures-card.tsx';
import { MethodsCard } from './methods-card.tsx';
import { OverviewControls } from './overview-controls.tsx';
import { readOverviewSearch, scopeOf } from './overview-search.ts';
import { RevenueCard } from './revenue-card.tsx';
import { StatTiles } from './stat-tiles.tsx';
import { useLiveStats, useToday } from './use-stats.ts';

/** The figures of a period beside those of the previous period, updated live. */
export function OverviewView() {
  const [params, setParams] = useSearchParams();
  const search = readOverviewSearch(params);
  const scope = scopeOf(search, useToday(search.timeZone));
  const stats = useLiveStats(scope);
  const { data } = stats;

  const change = (changes: Record<string, string | null>) =>
    setParams((last) => {
      const next = new URLSearchParams(last);
      for (const [name, value] of Object.entries(changes)) {
        if (value === null) next.delete(name);
        else next.set(name, value);
      }
      return next;
    });

  const note =
    data === undefined
      ? 'Loading…'
      : `As of event ${formatCount(data.asOf)}, ${formatClock(new Date(stats.dataUpdatedAt))}`;
  return (
    <>
      <ViewHead title="Overview" note={<span className="number">{note}</span>}>
        <OverviewControls search={search} currency={data?.currency} onChange={change} />
      </ViewHead>
      {data === undefined && stats.isError ? (
        <ErrorNotice error={stats.error} retry={() => void stats.refetch()} />
      ) : (
        <>
          <StatTiles stats={data} />
          <div className="overview-split">
            <RevenueCard
              scope={scope}
              interval={search.interval}
              asOf={data?.asOf ?? 0}
              onIntervalChange={(interval) => change({ interval })}
            />
            <MethodsCard stats={data} />
          </div>
          <FailuresCard scope={scope} interval={search.interval} asOf={data?.asOf ?? 0} />
        </>
      )}
    </>
  );
}
