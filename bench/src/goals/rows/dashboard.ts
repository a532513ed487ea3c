import { create, query } from '../calls.ts';
import { rateRatio, type Sample, sideFigure } from '../row.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { startBareHttp, startPaydeck } from '../servers/start-servers.ts';
import { acceptAnswer, httpSide, measureCpu, measureSides } from '../sides.ts';
import type { Row, Stage } from '../stage.ts';
import { peerSides } from './peer-sides.ts';

const clients = 8;
const dashboard = (server: RunningServer) => query(server, 'stats.dashboard');
export const peerStats = ({ token }: { token: string }) =>
  ({ method: 'GET', path: '/payments/stats', token }) as const;

export const dashboardRow: Row = {
  title: 'dashboard, nothing changed',
  belongsTo: 'quick',
  measure: async (stage) => {
    await using running = new AsyncDisposableStack();
    const { url } = running.use(await stage.databases.copy('paydeck', stage.sizes.small));
    const paydeck = running.use(await startPaydeck(url));
    const bare = running.use(await startBareHttp(url));
    const sides = await measureSides(
      [
        httpSide('Paydeck', stage.instruments, paydeck, { clients, call: () => dashboard(paydeck) }),
        ...(await peerSides(stage, running, { clients, call: peerStats })),
        httpSide('bare', stage.instruments, bare, {
          clients,
          call: () => ({ method: 'GET', path: '/constant' }),
        }),
      ],
      stage.rhythm,
    );
    return {
      row: 'dashboard',
      work: `stats.dashboard, ${stage.sizes.small.toLocaleString('en')} payments, ${clients} clients; bare answers a constant of 4 kB`,
      sides,
      goals: [
        {
          name: 'of bare',
          value: 100 * rateRatio(sides, 'Paydeck', 'bare'),
          target: 50,
          is: 'at least',
          unit: '%',
        },
      ],
    };
  },
};

/** One client reads the dashboard after each of its creates. The cost of the creates is measured in turns, and subtracted. */
export const changedDashboardRow: Row = {
  title: 'dashboard, after a change',
  belongsTo: 'quick',
  measure: async (stage) => {
    await using running = new AsyncDisposableStack();
    const { url } = running.use(await stage.databases.copy('paydeck', stage.sizes.small));
    const paydeck = running.use(await startPaydeck(url));
    const creates = httpSide('create', stage.instruments, paydeck, {
      clients: 1,
      call: () => create(paydeck),
    });
    const [alone, both] = await measureSides([creates, createThenRead(stage, paydeck)], stage.rhythm);
    if (alone === undefined || both === undefined) throw new Error('Both sides must be measured.');
    const added = (field: 'serverCpuMs' | 'postgresCpuMs') =>
      (both.median[field] ?? NaN) - (alone.median[field] ?? NaN);
    const read: Sample = {
      ...both.median,
      serverCpuMs: added('serverCpuMs'),
      postgresCpuMs: added('postgresCpuMs'),
    };
    return {
      row: 'dashboard-changed',
      work: 'one client, a create before each dashboard; CPU is that of the dashboard alone',
      sides: [alone, both, sideFigure('dashboard', [read])],
      goals: [{ name: 'server CPU', value: read.serverCpuMs ?? NaN, target: 2, is: 'at most', unit: 'ms' }],
    };
  },
};

/** The two calls alternate, so a dashboard is never answered from memory. A call of the side is one pair. */
function createThenRead({ instruments: { load, postmaster } }: Stage, server: RunningServer) {
  return {
    name: 'create, then dashboard',
    measure: (seconds: number) =>
      measureCpu({ server: server.pid, postmaster }, async () => {
        const calls = [create(server), dashboard(server)];
        const answer = await load.ask({ do: 'loop', url: server.url, clients: 1, seconds, call: calls });
        const { calls: answered, perSecond, ...times } = acceptAnswer('Paydeck', answer);
        return { ...times, calls: answered / 2, perSecond: perSecond / 2 };
      }),
  };
}
