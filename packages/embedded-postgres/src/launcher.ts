import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { EmbeddedPostgresError, errorCode } from './embedded-postgres-error.ts';

type Account = { name: string; uid: number; gid: number };

/** How to run a PostgreSQL program as a user other than root. `account` is undefined when this process isn't root. */
export type Launcher = {
  account: Account | undefined;
  command(binary: string, args: string[]): Command;
};

type Command = { file: string; args: string[]; identity: { uid?: number; gid?: number } };

type Outcome = { ok: boolean; stdout: string; stderr: string; errorCode: string | undefined };

/** Nothing from the operator's shell: PGDATA, PGPORT or a locale would change the cluster or translate messages. */
export const childEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
};

/** Runs a program until it exits. Never rejects. */
export function run(launcher: Launcher, binary: string, args: string[]): Promise<Outcome> {
  const { file, args: all, identity } = launcher.command(binary, args);
  return new Promise((resolve) => {
    const options = { ...identity, cwd: '/', env: childEnvironment };
    try {
      execFile(file, all, options, (error, stdout, stderr) => {
        resolve({ ok: error === null, stdout, stderr, errorCode: errorCode(error) });
      });
    } catch (error) {
      // When this process may not switch to the uid, Node throws EPERM and does not call the callback.
      resolve({ ok: false, stdout: '', stderr: '', errorCode: errorCode(error) });
    }
  });
}

/** Runs programs as the user of this process. */
export const asCurrentUser: Launcher = {
  account: undefined,
  command: (binary, args) => ({ file: binary, args, identity: {} }),
};

/**
 * PostgreSQL refuses to run as root. If this process is root, another user runs it, who must be able to reach both the
 * binaries and the data. If that user can't, rejects with an EmbeddedPostgresError that names the user and the folder.
 */
export async function chooseLauncher(
  dataDir: string,
  clusterDir: string,
  postgres: string,
): Promise<Launcher> {
  if (process.geteuid?.() !== 0) return asCurrentUser;
  const account = await chooseAccount(clusterDir);
  const direct = asAccount(account);
  // --version loads the program and its libraries, so it shows whether the user can reach and run them.
  const probe = await run(direct, postgres, ['--version']);
  if (probe.ok && (await canEnter(dataDir, account))) return direct;
  const privileged = asAccountIgnoringPermissions(account);
  if ((await run(privileged, postgres, ['--version'])).ok) return privileged;
  const reason =
    probe.errorCode === 'EPERM'
      ? `this process may not switch to the user ${account.name}`
      : `the user ${account.name} can't enter ${dataDir} or ${path.dirname(postgres)}`;
  throw new EmbeddedPostgresError(
    `PostgreSQL can't run as root, and ${reason}. Move the project, or DATA_DIR, to a folder that this user can enter, ` +
      'start Paydeck as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

function asAccount({ name, uid, gid }: Account): Launcher {
  return {
    account: { name, uid, gid },
    command: (binary, args) => ({ file: binary, args, identity: { uid, gid } }),
  };
}

/**
 * For a clone below /root (mode 700): the user gets one capability, which lets it enter and read any folder. Without
 * no_setuid_fixup, access(2) would ignore the capability. See docs/adr/0005-embedded-postgres-under-root.md.
 */
function asAccountIgnoringPermissions({ name, uid, gid }: Account): Launcher {
  const caps = '-all,+dac_override';
  const prefix = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', `--inh-caps=${caps}`];
  prefix.push(`--ambient-caps=${caps}`, `--bounding-set=${caps}`, '--securebits=+no_setuid_fixup');
  return {
    account: { name, uid, gid },
    command: (binary, args) => ({ file: 'setpriv', args: [...prefix, binary, ...args], identity: {} }),
  };
}

/** The owner of the existing cluster, as PostgreSQL requires; otherwise the user that systems usually create for PostgreSQL. */
async function chooseAccount(clusterDir: string): Promise<Account> {
  const accounts = parsePasswd(await readFile('/etc/passwd', 'utf8').catch(() => ''));
  const owner = await stat(clusterDir).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) {
    const name = accounts.find((account) => account.uid === owner.uid)?.name ?? `with uid ${owner.uid}`;
    return { name, uid: owner.uid, gid: owner.gid };
  }
  const byName = (name: string) => accounts.find((account) => account.name === name && account.uid !== 0);
  const account = byName('postgres') ?? byName('_postgres') ?? byName('nobody');
  if (account !== undefined) return account;
  throw new EmbeddedPostgresError(
    "PostgreSQL can't run as root, and this system has neither a user postgres nor a user nobody. " +
      'Start Paydeck as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

function parsePasswd(text: string): Account[] {
  return text.split('\n').flatMap((line) => {
    const [, name, uid, gid] = /^([^:#]+):[^:]*:(\d+):(\d+):/.exec(line) ?? [];
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
}

/** Whether the user has the execute permission for `folder` and every folder above it. */
async function canEnter(folder: string, account: Account): Promise<boolean> {
  const { uid, gid, mode } = await stat(folder);
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  if ((mode & bit) === 0) return false;
  const parent = path.dirname(folder);
  return parent === folder || canEnter(parent, account);
}
