import './behind.css';
import './overview.css';
import { useEffect } from 'react';
import { useSearchParams } from 'wouter';
import { formatCount } from '../format/numbers.ts';
import { ViewHead } from '../shell/app-shell.tsx';
import { AsOfTime, ShownState } from '../shell/shown-state.tsx';
import { ErrorNotice } from '../ui/card.tsx';
import { FailuresCard } from './failures-card.tsx';
import { MethodsCard } from './methods-card.tsx';
import { OverviewControls } from './overview-controls.tsx';
import { rangeName, readOverviewSearch, scopeOf, withTimeZone } from './overview-search.ts';
import { RevenueCard } from './revenue-card.tsx';
import { StatTiles } from './stat-tiles.tsx';
import { useOverview, useToday } from './use-stats.ts';
import { chooseWeekStart } from './week-start.ts';

/** The figures of a period beside those of the previous period, updated live. */
export function OverviewView() {
  const [params, setParams] = useSearchParams();
  const search = readOverviewSearch(params);
  const today = useToday(search.timeZone);
  const scope = scopeOf(search, today);
  const overview = useOverview(scope, search);
  const { data } = overview;

  const change = (changes: Record<string, string | null>) =>
    setParams((last) => {
      const next = new URLSearchParams(last);
      for (const [name, value] of Object.entries(changes)) {
        if (value === null) next.delete(name);
        else next.set(name, value);
      }
      return withTimeZone(next);
    });

  // An address that was opened with dates alone gets the zone in which they are shown, before it is passed on.
  useEffect(() => {
    if (withTimeZone(params) !== params) setParams(withTimeZone, { replace: true });
  }, [params, setParams]);

  return (
    <>
      <ViewHead
        title="Overview"
        note={
          <ShownState isError={overview.isError}>
            {data && (
              <>
                As of event {formatCount(data.asOf)},{' '}
                <AsOfTime asOf={data.asOf} readAtMs={overview.dataUpdatedAt} />
              </>
            )}
          </ShownState>
        }
        updateError={data && overview.error}
      >
        <OverviewControls
          search={search}
          today={today}
          currency={data?.dashboard.currency}
          onChange={change}
        />
      </ViewHead>
      {data === undefined && overview.isError ? (
        <ErrorNotice error={overview.error} retry={() => void overview.refetch()} />
      ) : (
        <>
          <StatTiles stats={data?.dashboard} scope={scope} today={today} range={rangeName(search)} />
          <div className="overview-split">
            <RevenueCard
              data={data}
              scope={scope}
              today={today}
              search={search}
              onChange={(changes) => {
                if (changes.weekStartsOn !== undefined) chooseWeekStart(changes.weekStartsOn);
                change(changes);
              }}
            />
            <MethodsCard stats={data?.dashboard} scope={scope} />
          </div>
          <FailuresCard data={data?.failures} scope={scope} />
        </>
      )}
    </>
  );
}
