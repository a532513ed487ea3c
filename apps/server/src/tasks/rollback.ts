import { rollbackMigration } from '@paydeck/db/migrate';
import { print, runTask } from './run-task.ts';

await runTask(async (db) => {
  const undone = await rollbackMigration(db);
  print(undone === null ? 'No migration is applied.' : `Undid ${undone}.`);
  return 0;
});
