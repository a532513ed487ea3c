import { randomBytes } from 'node:crypto';
import {
  access,
  constants,
  link,
  mkdir,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { type Binaries, findBinaries } from './binaries.ts';
import { createCluster } from './create-cluster.ts';
import { EmbeddedPostgresError, errorCode, errorText } from './embedded-postgres-error.ts';
import { asOurselves, chooseLauncher, type Launcher, run } from './launcher.ts';

/** A cluster on disk that PostgreSQL can be started on. */
export type Cluster = {
  dataDir: string;
  /** `<dataDir>/postgres`, without symbolic links: this is also how a postmaster of ours is recognized. */
  dir: string;
  logFile: string;
  password: string;
  postgres: string;
  launcher: Launcher;
};

/**
 * Finds the cluster in `dataDir`, or creates it. Any number of processes may do so at once: the first one's cluster
 * stays. Rejects with an EmbeddedPostgresError when the folder, the user or the PostgreSQL version doesn't fit.
 */
export async function prepareCluster(dataDir: string, log: (message: string) => void): Promise<Cluster> {
  const home = await prepareDataDir(dataDir);
  const dir = path.join(home, 'postgres');
  const binaries = await findBinaries();
  const exists = await checkExisting(dir, await majorVersion(binaries));
  const launcher = await chooseLauncher(home, dir, binaries.postgres);
  const password = await readPassword(path.join(home, 'postgres-password'), exists);
  if (!exists) await createCluster({ home, dir, initdb: binaries.initdb, launcher, password, log });
  return {
    dataDir: home,
    dir,
    logFile: path.join(home, 'postgres.log'),
    password,
    postgres: binaries.postgres,
    launcher,
  };
}

async function prepareDataDir(dataDir: string): Promise<string> {
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return await realpath(dataDir);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The data folder ${path.resolve(dataDir)} can't be written by this user (${errorText(cause)}). ` +
        'Give it to the user that runs Paydeck, or set DATA_DIR to another folder.',
      { cause },
    );
  }
}

async function majorVersion({ postgres }: Binaries): Promise<string> {
  const { stdout, stderr, errorCode: code } = await run(asOurselves, postgres, ['--version']);
  const major = /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1];
  if (major !== undefined) return major;
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL does not run on this system (${stderr.trim() || code || 'no output'}). It needs glibc on ` +
      'Linux (not musl/Alpine). Set DATABASE_URL to a PostgreSQL of your own.',
  );
}

/** Whether there is a cluster, which must be of this major version and of our user. */
async function checkExisting(dir: string, major: string): Promise<boolean> {
  try {
    const entries = await readdir(dir);
    if (entries.length === 0) return false;
    const written = entries.includes('PG_VERSION')
      ? (await readFile(path.join(dir, 'PG_VERSION'), 'utf8')).trim()
      : '';
    if (written === '') {
      throw new EmbeddedPostgresError(`${dir} is not a PostgreSQL cluster. Set DATA_DIR to another folder.`);
    }
    if (written !== major) {
      throw new EmbeddedPostgresError(
        `The data in ${dir} was written by PostgreSQL ${written}, but this Paydeck brings PostgreSQL ${major}. ` +
          `Start it with the Paydeck that brought PostgreSQL ${written}, or dump it there and restore it here, ` +
          'or set DATA_DIR to another folder.',
      );
    }
    await checkOwner(dir);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    if (errorCode(error) === 'EACCES') await checkOwner(dir);
    throw error;
  }
}

async function checkOwner(dir: string): Promise<void> {
  const { uid } = await stat(dir);
  const ours = process.geteuid?.();
  if (ours === 0 || uid === ours) return;
  throw new EmbeddedPostgresError(
    `${dir} belongs to the user with uid ${uid}, and this process runs with uid ${ours}. ` +
      'Start Paydeck as the user that created it, or set DATA_DIR to another folder.',
  );
}

/** The superuser's password. link() makes it appear whole and only once, however many processes start at the same time. */
async function readPassword(file: string, clusterExists: boolean): Promise<string> {
  if (!clusterExists) {
    const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
    await writeFile(draft, randomBytes(24).toString('hex'), { mode: 0o600 });
    await link(draft, file).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
    await rm(draft);
  }
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The password of the embedded PostgreSQL can't be read (${errorText(cause)}). ` +
        'Bring the file back from a backup, or set DATA_DIR to another folder.',
      { cause },
    );
  }
}
