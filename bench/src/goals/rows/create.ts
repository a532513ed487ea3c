import { create } from '../calls.ts';
import { rateRatio } from '../row.ts';
import { startBareHttp, startPaydeck } from '../servers/start-servers.ts';
import { httpSide, measureSides } from '../sides.ts';
import type { Row } from '../stage.ts';
import { peerSides } from './peer-sides.ts';

const clients = 32;

export const createRow: Row = {
  title: 'create with rollups and event',
  belongsTo: 'quick',
  measure: async (stage) => {
    await using running = new AsyncDisposableStack();
    const { url } = running.use(await stage.databases.copy('paydeck', stage.sizes.small));
    const paydeck = running.use(await startPaydeck(url));
    const bare = running.use(await startBareHttp(url));
    const sides = await measureSides(
      [
        httpSide('Paydeck', stage.instruments, paydeck, { clients, call: () => create(paydeck) }),
        ...(await peerSides(stage, running, {
          clients,
          call: ({ token }) => ({ method: 'POST', path: '/payments', body: '{payment}', token }),
        })),
        httpSide('bare', stage.instruments, bare, {
          clients,
          call: () => ({ method: 'POST', path: '/insert', body: '{payment}' }),
        }),
      ],
      stage.rhythm,
    );
    return {
      row: 'create',
      work: `${stage.sizes.small.toLocaleString('en')} payments before, ${clients} clients; bare is one insert into a copy of the table`,
      sides,
      goals: [
        {
          name: '× the peer',
          value: rateRatio(sides, 'Paydeck', 'peer'),
          target: 2.5,
          is: 'at least',
          unit: '×',
        },
        {
          name: 'of bare',
          value: 100 * rateRatio(sides, 'Paydeck', 'bare'),
          target: 90,
          is: 'at least',
          unit: '%',
        },
      ],
    };
  },
};

export const createWithKeyRow: Row = {
  title: 'create with an idempotency key',
  belongsTo: 'quick',
  measure: async (stage) => {
    await using running = new AsyncDisposableStack();
    const { url } = running.use(await stage.databases.copy('paydeck', stage.sizes.small));
    const paydeck = running.use(await startPaydeck(url));
    const side = (name: string, hasIdempotencyKey: boolean) =>
      httpSide(name, stage.instruments, paydeck, {
        clients,
        call: () => create(paydeck, { hasIdempotencyKey }),
      });
    const sides = await measureSides([side('with a key', true), side('without', false)], stage.rhythm);
    return {
      row: 'create-key',
      work: `${clients} clients, each create with a key of its own`,
      sides,
      goals: [
        {
          name: 'of without',
          value: 100 * rateRatio(sides, 'with a key', 'without'),
          target: 95,
          is: 'at least',
          unit: '%',
        },
      ],
    };
  },
};
