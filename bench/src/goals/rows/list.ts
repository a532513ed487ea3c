import { list } from '../calls.ts';
import { rateRatio } from '../row.ts';
import { startBareHttp, startPaydeck } from '../servers/start-servers.ts';
import { httpSide, measureSides } from '../sides.ts';
import type { Row } from '../stage.ts';
import { peerSides } from './peer-sides.ts';

const clients = 32;

export const listRow: Row = {
  title: 'list 20, filtered, exact total',
  belongsTo: 'quick',
  measure: async (stage) => {
    await using running = new AsyncDisposableStack();
    const { url } = running.use(await stage.databases.copy('paydeck', stage.sizes.small));
    const paydeck = running.use(await startPaydeck(url));
    const bare = running.use(await startBareHttp(url));
    const sides = await measureSides(
      [
        httpSide('Paydeck', stage.instruments, paydeck, {
          clients,
          call: () => list(paydeck, { status: ['success'] }),
        }),
        ...(await peerSides(stage, running, { clients, call: peerList })),
        httpSide('bare', stage.instruments, bare, {
          clients,
          call: () => ({ method: 'GET', path: '/list' }),
        }),
      ],
      stage.rhythm,
    );
    return {
      row: 'list',
      work: `page 1 of status=success, ${stage.sizes.small.toLocaleString('en')} payments, ${clients} clients`,
      sides,
      goals: [
        {
          name: '× the peer',
          value: rateRatio(sides, 'Paydeck', 'peer'),
          target: 4,
          is: 'at least',
          unit: '×',
        },
        {
          name: 'of bare',
          value: 100 * rateRatio(sides, 'Paydeck', 'bare'),
          target: 60,
          is: 'at least',
          unit: '%',
        },
      ],
    };
  },
};

const peerList = ({ token }: { token: string }) =>
  ({ method: 'GET', path: '/payments?status=success&page=1&limit=20', token }) as const;
