import { migrateDatabase } from '@paydeck/db/migrate';
import { print, runTask } from './run-task.ts';

await runTask(async (db) => {
  const { applied } = await migrateDatabase(db);
  print(
    applied === 0
      ? 'The database is up to date.'
      : `Applied ${applied} migration${applied === 1 ? '' : 's'}.`,
  );
  return 0;
});
