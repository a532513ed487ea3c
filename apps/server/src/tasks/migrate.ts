import { prepareSchema } from '@paydeck/db/migrate';
import { counted, print, runTask } from './run-task.ts';

await runTask(async (db) => {
  const { applied } = await prepareSchema(db, { onWait: print });
  print(applied === 0 ? 'The database is up to date.' : `Applied ${counted(applied, 'migration')}.`);
  return 0;
});
