import type { Readable } from 'node:stream';
import { DatabaseUnavailableError } from '../connection/database-error.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import type { CopySocket } from './copy-socket.ts';

/**
 * Whether a backend runs a statement, and does not wait for its client to read. No row: there is no such backend, for
 * example because another server answers after a failover.
 */
const backendWorks = prepareStatement<{ pid: number }, boolean>(
  (p) => sql`
    select state = 'active' and wait_event is distinct from 'ClientWrite'
    from pg_stat_activity where pid = ${p('pid', 'int')}`,
  ([works]) => works === true,
  'control',
);

/**
 * Destroys the pieces of a copy whose database has fallen silent: its host died, or the network lost the connection, and
 * nothing tells this side. The copy is silent when no byte has come for `silenceMs` although there is room for rows. Then the
 * database is asked over another connection, as it may also be sorting or searching. Returns the function that ends the watch.
 * Tested by copy-payments.test.ts.
 */
export function cutSilentCopy(
  db: Database,
  {
    backend,
    silenceMs,
    socket,
    rows,
    pieces,
  }: { backend: number; silenceMs: number; socket: CopySocket; rows: Readable; pieces: Readable },
): () => void {
  let bytes = socket.bytesRead();
  let heardAt = performance.now();
  let isAsking = false;

  /** Whether the database could have sent something since the last look, and has not. */
  const isSilent = () => {
    const bytesNow = socket.bytesRead();
    const hasNoRoom = rows.isPaused() && !rows.readableEnded;
    if (bytesNow === bytes && !hasNoRoom) return true;
    bytes = bytesNow;
    heardAt = performance.now();
    return false;
  };
  const look = async () => {
    if (isAsking || !isSilent() || performance.now() - heardAt < silenceMs) return;
    isAsking = true;
    const [works = false] = await db.execute(backendWorks, { pid: backend }).catch(() => [false]);
    isAsking = false;
    if (works) heardAt = performance.now();
    else if (isSilent())
      pieces.destroy(new DatabaseUnavailableError('The database sends no more rows of an export.'));
  };

  const timer = setInterval(look, silenceMs / 10);
  timer.unref();
  pieces.once('close', () => clearInterval(timer));
  return () => clearInterval(timer);
}
