import { list, otherLists } from '../calls.ts';
import { atLeast, numberText, ratePercent, rateRatio } from '../row.ts';
import { httpSide, measureSides } from '../sides.ts';
import type { Row } from '../stage.ts';
import { peerSides } from './peer-sides.ts';
import { startSmallPaydeckAndBare } from './small-servers.ts';

const clients = 32;
/** The side whose lists share no answer. */
const unshared = 'Paydeck, each list another one';

export const listRow: Row = {
  title: 'list 20, filtered, exact total',
  belongsTo: 'quick',
  measure: async (stage) => {
    const { instruments, rhythm, sizes } = stage;
    await using running = new AsyncDisposableStack();
    const { paydeck, bare } = await startSmallPaydeckAndBare(stage, running);
    const sides = await measureSides(
      [
        httpSide('Paydeck', instruments, paydeck, {
          clients,
          calls: [list(paydeck, { status: ['success'] })],
        }),
        httpSide(unshared, instruments, paydeck, {
          clients,
          calls: otherLists(paydeck),
        }),
        ...(await peerSides(stage, running, {
          clients,
          call: ({ token }) => ({ method: 'GET', path: '/payments?status=success&page=1&limit=20', token }),
        })),
        httpSide('bare', instruments, bare, { clients, calls: [{ method: 'GET', path: '/list' }] }),
      ],
      rhythm,
    );
    return {
      row: 'list',
      work: `page 1 of status=success, ${numberText(sizes.small)} payments, ${clients} clients`,
      sides,
      goals: [
        atLeast(4, '×', 'the peer', rateRatio(sides, 'Paydeck', 'peer')),
        atLeast(60, '%', 'of bare', ratePercent(sides, 'Paydeck', 'bare')),
        atLeast(4, '×', 'the peer, each list another one', rateRatio(sides, unshared, 'peer')),
        atLeast(60, '%', 'of bare, each list another one', ratePercent(sides, unshared, 'bare')),
      ],
    };
  },
};
