import { create, query } from '../calls.ts';
import { atLeast, atMost, noCosts, numberText, ratePercent, rateRatio, sideFigure } from '../row.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { startPaydeck } from '../servers/start-servers.ts';
import { acceptAnswer, httpSide, measureCpu, measureSides, type Side } from '../sides.ts';
import type { Row, Stage } from '../stage.ts';
import { peerSides } from './peer-sides.ts';
import { startSmallPaydeck, startSmallPaydeckAndBare } from './small-servers.ts';

const clients = 8;
const dashboard = (server: RunningServer) => query(server, 'stats.dashboard');
const peerStats = ({ token }: RunningServer) => ({ method: 'GET', path: '/payments/stats', token }) as const;

export const dashboardRow: Row = {
  title: 'dashboard, nothing changed',
  belongsTo: 'quick',
  measure: async (stage) => {
    const { instruments, rhythm, sizes } = stage;
    await using running = new AsyncDisposableStack();
    const { paydeck, bare } = await startSmallPaydeckAndBare(stage, running);
    const sides = await measureSides(
      [
        httpSide('Paydeck', instruments, paydeck, { clients, calls: [dashboard(paydeck)] }),
        ...(await peerSides(stage, running, { clients, call: peerStats })),
        httpSide('bare', instruments, bare, { clients, calls: [{ method: 'GET', path: '/constant' }] }),
      ],
      rhythm,
    );
    return {
      row: 'dashboard',
      work: `${numberText(sizes.small)} payments, ${clients} clients; bare answers a constant of 4 kB`,
      sides,
      goals: [atLeast(50, '%', 'of bare', ratePercent(sides, 'Paydeck', 'bare'))],
    };
  },
};

/** One client reads the dashboard after each of its creates. The cost of the creates is measured in turns, and subtracted. */
export const changedDashboardRow: Row = {
  title: 'dashboard, after a change',
  belongsTo: 'quick',
  measure: async (stage) => {
    await using running = new AsyncDisposableStack();
    const { paydeck } = await startSmallPaydeck(stage, running);
    const creates = httpSide('create', stage.instruments, paydeck, { clients: 1, calls: [create(paydeck)] });
    const [alone, both] = await measureSides([creates, createThenRead(stage, paydeck)], stage.rhythm);
    if (alone === undefined || both === undefined) throw new Error('Both sides must be measured.');
    const added = (field: 'serverCpuMs' | 'postgresCpuMs') =>
      (both.median[field] ?? NaN) - (alone.median[field] ?? NaN);
    const serverCpuMs = added('serverCpuMs');
    return {
      row: 'dashboard-changed',
      work: 'one client, a create before each dashboard; the last line is the difference',
      sides: [
        alone,
        both,
        sideFigure('dashboard', [
          {
            ...noCosts,
            perSecond: both.median.perSecond,
            serverCpuMs,
            postgresCpuMs: added('postgresCpuMs'),
          },
        ]),
      ],
      goals: [atMost(2, 'ms', 'server CPU', serverCpuMs)],
    };
  },
};

/** The two calls alternate, so a dashboard is never answered from memory. A call of the side is one pair. */
function createThenRead({ instruments: { load, postmaster } }: Stage, server: RunningServer): Side {
  return {
    name: 'create, then dashboard',
    measure: (seconds) =>
      measureCpu({ server: server.pid, postmaster }, async () => {
        const calls = [create(server), dashboard(server)];
        const answer = await load.loop({ url: server.url, clients: 1, seconds, calls });
        const { calls: answered, perSecond, ...times } = acceptAnswer('Paydeck', answer);
        return { ...times, calls: answered / 2, perSecond: perSecond / 2 };
      }),
  };
}

export const largeDashboardRow: Row = {
  title: 'dashboard at a million',
  belongsTo: 'full',
  measure: async (stage) => {
    const { databases, instruments, rhythm, sizes } = stage;
    await using running = new AsyncDisposableStack();
    const paydeck = running.use(await startPaydeck(await databases.forReading('paydeck', sizes.medium)));
    const sides = await measureSides(
      [
        httpSide('Paydeck', instruments, paydeck, { clients, calls: [dashboard(paydeck)] }),
        ...(await peerSides(stage, running, { clients, call: peerStats, rows: sizes.medium })),
      ],
      rhythm,
    );
    return {
      row: 'dashboard-large',
      work: `${numberText(sizes.medium)} payments, ${clients} clients`,
      sides,
      goals: [atLeast(200, '×', 'the peer', rateRatio(sides, 'Paydeck', 'peer'))],
    };
  },
};
