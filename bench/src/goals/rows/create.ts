import { create } from '../calls.ts';
import { atLeast, numberText, ratePercent, rateRatio } from '../row.ts';
import { httpSide, measureSides } from '../sides.ts';
import type { Row } from '../stage.ts';
import { peerSides } from './peer-sides.ts';
import { startSmallPaydeck, startSmallPaydeckAndBare } from './small-servers.ts';

const clients = 32;

export const createRow: Row = {
  title: 'create with rollups and event',
  belongsTo: 'quick',
  measure: async (stage) => {
    const { instruments, rhythm, sizes } = stage;
    await using running = new AsyncDisposableStack();
    const { paydeck, bare } = await startSmallPaydeckAndBare(stage, running);
    const sides = await measureSides(
      [
        httpSide('Paydeck', instruments, paydeck, { clients, calls: [create(paydeck)] }),
        ...(await peerSides(stage, running, {
          clients,
          call: ({ token }) => ({ method: 'POST', path: '/payments', body: '{payment}', token }),
        })),
        httpSide('bare', instruments, bare, {
          clients,
          calls: [{ method: 'POST', path: '/insert', body: '{payment}' }],
        }),
      ],
      rhythm,
    );
    return {
      row: 'create',
      work: `${numberText(sizes.small)} payments before, ${clients} clients; bare is one insert into a copy of the table`,
      sides,
      goals: [
        atLeast(2.5, '×', 'the peer', rateRatio(sides, 'Paydeck', 'peer')),
        atLeast(90, '%', 'of bare', ratePercent(sides, 'Paydeck', 'bare')),
      ],
    };
  },
};

export const createWithKeyRow: Row = {
  title: 'create with an idempotency key',
  belongsTo: 'quick',
  measure: async (stage) => {
    await using running = new AsyncDisposableStack();
    const { paydeck } = await startSmallPaydeck(stage, running);
    const side = (name: string, hasIdempotencyKey: boolean) =>
      httpSide(name, stage.instruments, paydeck, {
        clients,
        calls: [create(paydeck, { hasIdempotencyKey })],
      });
    const sides = await measureSides([side('with a key', true), side('without', false)], stage.rhythm);
    return {
      row: 'create-key',
      work: `${clients} clients, each create with its own key`,
      sides,
      goals: [atLeast(95, '%', 'of creates without', ratePercent(sides, 'with a key', 'without'))],
    };
  },
};
