import { parseArgs } from 'node:util';
import { noCaller } from '@paydeck/db/audit-log';
import { resetSecondFactor } from '@paydeck/db/second-factor';
import { selectCredentials } from '@paydeck/db/users';
import { print, runTask } from './run-task.ts';

const { positionals } = parseArgs({ allowPositionals: true });
const [username = ''] = positionals;

await runTask(async (db) => {
  const user = await selectCredentials(db.orm, { username });
  if (user === null) {
    print(`There is no user ${username}. Give the username as the argument.`);
    return 1;
  }
  const isRemoved = await resetSecondFactor(db, { id: user.userId, actorId: null, ...noCaller });
  print(
    isRemoved
      ? `Removed the second factor of ${username}, and ended all sessions of ${username}. The password is enough now.`
      : `${username} has no second factor.`,
  );
  return 0;
});
