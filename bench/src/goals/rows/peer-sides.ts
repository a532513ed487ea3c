import type { Call } from '../../http-load/call.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { httpSide, type Side } from '../sides.ts';
import type { Stage } from '../stage.ts';

/** The side of the peer, on its own copy of the same payments. None when the peer is not installed. */
export async function peerSides(
  stage: Stage,
  running: AsyncDisposableStack,
  {
    clients,
    call,
    rows = stage.sizes.small,
  }: { clients: number; rows?: number; call(peer: RunningServer): Call },
): Promise<Side[]> {
  if (stage.startPeer === null) return [];
  const { url } = running.use(await stage.databases.copy('peer', rows));
  const peer = running.use(await stage.startPeer(url));
  return [httpSide('peer', stage.instruments, peer, { clients, calls: [call(peer)] })];
}
