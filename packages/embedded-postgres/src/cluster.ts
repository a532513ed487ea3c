import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Binaries, findBinaries } from './binaries.ts';
import { createCluster } from './create-cluster.ts';
import { createFileOnce } from './create-file-once.ts';
import { EmbeddedPostgresError, errorCode, errorText } from './embedded-postgres-error.ts';
import { asCurrentUser, chooseLauncher, type Launcher, run } from './launcher.ts';

/** A database cluster on disk, on which PostgreSQL can be started. */
export type Cluster = {
  dataDir: string;
  /** `<dataDir>/postgres`, without symbolic links. A postmaster is recognized by this path in its command line. */
  dir: string;
  logFile: string;
  password: string;
  postgres: string;
  launcher: Launcher;
};

/**
 * Finds the cluster in `dataDir`, or creates it. Several processes may do so at the same time: all get the cluster of the
 * first. Rejects with an EmbeddedPostgresError when the folder can't be used, belongs to another user, or was written by
 * another version of PostgreSQL.
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
        'Make the user that runs Paydeck its owner, or set DATA_DIR to another folder.',
      { cause },
    );
  }
}

async function majorVersion({ postgres }: Binaries): Promise<string> {
  const { stdout, stderr, errorCode: code } = await run(asCurrentUser, postgres, ['--version']);
  const major = /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1];
  if (major !== undefined) return major;
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL does not run on this system (${stderr.trim() || code || 'no output'}). It needs glibc on ` +
      'Linux (not musl/Alpine). Set DATABASE_URL to a PostgreSQL of your own.',
  );
}

/** Whether there is a cluster. It must have this major version and belong to this user. */
async function checkExisting(dir: string, major: string): Promise<boolean> {
  try {
    const entries = await readdir(dir);
    if (entries.length === 0) return false;
    const written = entries.includes('PG_VERSION')
      ? (await readFile(path.join(dir, 'PG_VERSION'), 'utf8')).trim()
      : '';
    if (written === '') {
      throw new EmbeddedPostgresError(
        `${dir} must be empty or a PostgreSQL cluster. Set DATA_DIR to another folder.`,
      );
    }
    if (written !== major) {
      throw new EmbeddedPostgresError(
        `The data in ${dir} was written by PostgreSQL ${written}, but this version of Paydeck has PostgreSQL ${major}. ` +
          `Run the version of Paydeck that has PostgreSQL ${written}, or dump the data there and restore it here, ` +
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
  const ownUid = process.geteuid?.();
  if (ownUid === 0 || uid === ownUid) return;
  throw new EmbeddedPostgresError(
    `${dir} belongs to the user with uid ${uid}, and this process runs with uid ${ownUid}. ` +
      'Start Paydeck as the user that created the folder, or set DATA_DIR to another folder.',
  );
}

/** The password of the server's role and of the superuser. */
async function readPassword(file: string, clusterExists: boolean): Promise<string> {
  if (!clusterExists) createFileOnce(file, randomBytes(24).toString('hex'));
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The password of the embedded PostgreSQL can't be read (${errorText(cause)}). ` +
        'Restore the file from a backup, or set DATA_DIR to another folder.',
      { cause },
    );
  }
}
