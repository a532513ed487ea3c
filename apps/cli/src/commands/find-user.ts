import type { PaydeckClient, RouterOutputs } from '@paydeck/client';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../errors/exit-codes.ts';

export type User = RouterOutputs['users']['list'][number];

/** Finds a user by name (case-insensitive). Rejects with `CommandError` when there is none. */
export async function findUser(client: PaydeckClient, username: string): Promise<User> {
  const users = await client.api.users.list.query();
  const user = users.find((candidate) => candidate.username.toLowerCase() === username.toLowerCase());
  if (user !== undefined) return user;
  throw new CommandError(`There is no user ${username}.`, 'Run `paydeck users list` to see all users.', {
    exitCode: exitCodes.notFoundOrConflict,
  });
}
