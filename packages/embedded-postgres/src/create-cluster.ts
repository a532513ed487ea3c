import { chown, mkdtemp, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EmbeddedPostgresError, errorCode } from './embedded-postgres-error.ts';
import { type Launcher, run } from './launcher.ts';
import { isAlive } from './lock-file.ts';
import { superuser } from './roles.ts';

type Creation = {
  home: string;
  dir: string;
  initdb: string;
  launcher: Launcher;
  password: string;
  log(message: string): void;
};

/**
 * Runs initdb in a temporary folder and renames the result, so a cluster is never half made. When another process was
 * faster, its cluster stays.
 */
export async function createCluster({ home, dir, initdb, launcher, password, log }: Creation): Promise<void> {
  await removeLeftovers(home);
  const draft = await mkdtemp(path.join(home, `postgres.init-${process.pid}-`));
  try {
    const passwordFile = path.join(draft, 'password');
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (launcher.account !== undefined) {
      for (const created of [draft, passwordFile])
        await chown(created, launcher.account.uid, launcher.account.gid);
    }
    log(`Creating the database in ${dir}`);
    await runInitdb(path.join(draft, 'data'), passwordFile, initdb, launcher);
    await rename(path.join(draft, 'data'), dir);
    const folder = await open(home);
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    const wasCreatedByOther = errorCode(error) === 'ENOTEMPTY' || errorCode(error) === 'EEXIST';
    if (!wasCreatedByOther) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function runInitdb(
  target: string,
  passwordFile: string,
  binary: string,
  launcher: Launcher,
): Promise<void> {
  const args = [
    '-D',
    target,
    '-U',
    superuser,
    '-E',
    'UTF8',
    '--locale-provider=libc',
    '--locale=C',
    '--no-instructions',
  ];
  args.push('--auth=scram-sha-256', `--pwfile=${passwordFile}`);
  // Text is sorted by bytes (C). The character type decides what pg_trgm and lower() treat as a letter.
  for (const characterType of ['C.UTF-8', 'en_US.UTF-8', 'C']) {
    const {
      ok,
      stderr,
      errorCode: code,
    } = await run(launcher, binary, [...args, `--lc-ctype=${characterType}`]);
    if (ok) return;
    if (stderr.includes('invalid locale') && characterType !== 'C') continue;
    throw new EmbeddedPostgresError(
      `initdb could not create the database: ${stderr.trim().slice(-2000) || code}`,
    );
  }
}

/** Removes the folders of processes that were killed during initdb. */
async function removeLeftovers(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    const pid = /^postgres\.init-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || (await isAlive(Number(pid)))) continue;
    await rm(path.join(home, name), { recursive: true, force: true });
  }
}
