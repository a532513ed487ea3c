import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';

type Place = {
  userId: string;
  /** The address of the caller, or the network that stands for it. */
  network: string;
};

const rememberStatement = prepareStatement<Place, null>(
  (p) => sql`
insert into sign_in_places (user_id, network, last_used_at)
select id, ${p('network', 'text')}, now() from users where id = ${p('userId', 'uuid')}
on conflict (user_id, network) do update set last_used_at = excluded.last_used_at`,
  () => null,
  'control',
);

const isKnownStatement = prepareStatement<Place, boolean>(
  (p) => sql`
select exists (
  select from sign_in_places where user_id = ${p('userId', 'uuid')} and network = ${p('network', 'text')}
)`,
  ([isKnown]) => isKnown === true,
  'control',
);

/** Whether the user has signed in from here. */
export async function isSignInPlace(db: Database, args: Place): Promise<boolean> {
  const [isKnown = false] = await db.execute(isKnownStatement, args);
  return isKnown;
}

/** Remembers for 90 days that the user signed in from here. Writes nothing for a user who was deleted. */
export async function rememberSignInPlace(db: Database, args: Place): Promise<void> {
  await db.execute(rememberStatement, args);
}
