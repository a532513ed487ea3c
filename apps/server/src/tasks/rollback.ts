import { rollbackMigration } from '@paydeck/db/migrate';
import { print, runTask } from './run-task.ts';

await runTask(async (db) => {
  const undone = await rollbackMigration(db);
  print(undone === null ? 'There is no migration to roll back.' : `Rolled back ${undone}.`);
  return 0;
});
