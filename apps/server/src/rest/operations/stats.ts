import { appRouter } from '@paydeck/api/router';
import { dashboard, failures, overview, revenue } from '@paydeck/api/stats-schema';
import { longReadRefusals, type Operation, operation } from '../operation.ts';
import { dividedStatsInputFrom, statsInputFrom } from '../query.ts';
import { intervalQuery, statsQuery } from '../shapes.ts';

const { stats } = appRouter;

export const statsOperations: readonly Operation[] = [
  operation({
    method: 'GET',
    path: '/payments/stats',
    tag: 'stats',
    summary: 'Get the figures of the dashboard',
    description:
      '`totalTransactionsToday` and `totalTransactionsWeek` are about today in the time zone, whatever the range. All other ' +
      'figures cover the range, or the last 30 days.',
    access: 'signed-in',
    query: statsQuery,
    status: 200,
    hasEtag: true,
    reply: dashboard,
    refusals: longReadRefusals,
    handle: ({ call, settings }) => call(stats.dashboard, ({ query }) => statsInputFrom(query, settings)),
  }),
  operation({
    method: 'GET',
    path: '/payments/stats/revenue',
    tag: 'stats',
    summary: 'Get revenue by day, week or month',
    access: 'signed-in',
    query: intervalQuery,
    status: 200,
    hasEtag: true,
    reply: revenue,
    refusals: longReadRefusals,
    handle: ({ call, settings }) =>
      call(stats.revenue, ({ query }) => dividedStatsInputFrom(query, settings)),
  }),
  operation({
    method: 'GET',
    path: '/payments/stats/failures',
    tag: 'stats',
    summary: 'Get failed payments by failure code and method',
    access: 'signed-in',
    query: intervalQuery,
    status: 200,
    hasEtag: true,
    reply: failures,
    refusals: longReadRefusals,
    handle: ({ call, settings }) =>
      call(stats.failures, ({ query }) => dividedStatsInputFrom(query, settings)),
  }),
  operation({
    method: 'GET',
    path: '/payments/stats/overview',
    tag: 'stats',
    summary: 'Get the dashboard, the revenue and the failures of one log position',
    description:
      'Everything that the overview of the page shows, from one read. `failures` is null if the range has too many failed ' +
      'payments to read in time.',
    access: 'signed-in',
    query: intervalQuery,
    status: 200,
    hasEtag: true,
    reply: overview,
    refusals: longReadRefusals,
    handle: ({ call, settings }) =>
      call(stats.overview, ({ query }) => dividedStatsInputFrom(query, settings)),
  }),
];
