/** A process that leaves a server, a PostgreSQL and a folder behind when it is killed. It prints their ids and then waits. */
import { endWithThisProcess } from '@paydeck/db/testing/end-with-this-process';
import { startPostgresNode } from '@paydeck/embedded-postgres/testing/postgres-node';
import { spawnServer } from '@paydeck/server/testing/spawn-server';

const postgres = await startPostgresNode({ fsync: 'off' });
endWithThisProcess({ cluster: postgres.dir });
endWithThisProcess({ folder: postgres.home });
const server = await spawnServer({ DATABASE_URL: postgres.url('postgres') });
process.stdout.write(
  `${JSON.stringify({ server: server.process.pid, postgres: postgres.pid(), folder: postgres.home })}\n`,
);
