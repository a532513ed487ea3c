import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  killPostmaster,
  launch,
  postmasterPid,
  processPath,
  query,
  replaceFile,
  temporaryFolder,
  waitForExit,
} from '../testing/embedded-process.ts';
import { EmbeddedPostgresError, startEmbeddedPostgres } from './embedded-postgres.ts';

const isRoot = process.geteuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };
const polling = { timeout: 30_000, interval: 20 };
const log = () => undefined;
let template: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  template = await temporaryFolder();
  const database = await startEmbeddedPostgres({ dataDir: template.path, purpose: 'task', log });
  await query(database.url, 'create table answers as select 42 as answer');
  await database.stop();
});

afterAll(async () => {
  await template[Symbol.asyncDispose]();
});

/**
 * A folder with a stopped database in it, which has the table `answers`. All tests use the same folder, because a copy or
 * an initdb for each one takes a second. A test that changes the folder undoes the change.
 */
async function sharedFolder() {
  return { path: template.path, [Symbol.asyncDispose]: () => killPostmaster(template.path) };
}

const readAnswer = async (url: string | undefined) =>
  (await query(url, 'select answer from answers'))[0]?.answer;
const inUseMessage = (pid: number, dataDir: string) =>
  `Another Paydeck server (process ${pid}) is using the data in ${dataDir}. Stop it, or set DATA_DIR to another folder, or DATABASE_URL to a PostgreSQL of your own.`;

describe('PostgreSQL', () => {
  test('starts in an empty folder, keeps its data when it is restarted, and leaves no process', async () => {
    await using folder = await temporaryFolder();
    const first = await startEmbeddedPostgres({
      dataDir: path.join(folder.path, 'new/data'),
      purpose: 'serve',
      log,
    });
    expect(first.role).toBe('owner');
    const [row] = await query(
      first.url,
      `create extension pg_trgm; create table answers as select 42 as answer;`,
    ).then(() =>
      query(
        first.superuserUrl,
        `select cardinality(show_trgm('Мюллер')) as trigrams, lower('МЮ') as lower,
      current_setting('data_checksums') as checksums, current_setting('fsync') as fsync,
      current_setting('listen_addresses') as listen, current_setting('unix_socket_directories') as sockets`,
      ),
    );
    expect(row).toEqual({
      trigrams: 7,
      lower: 'мю',
      checksums: 'on',
      fsync: 'on',
      listen: '127.0.0.1',
      sockets: '',
    });
    const dataDir = path.join(folder.path, 'new/data');
    const pid = await postmasterPid(dataDir);
    await Promise.all([first.stop(), first.stop()]);
    expect(pid).toBeTypeOf('number');
    await waitForExit(pid ?? 0);

    const second = await startEmbeddedPostgres({ dataDir, purpose: 'serve', log });
    expect(await readAnswer(second.url)).toBe(42);
    await second.stop();
    expect((await stat(path.join(dataDir, 'postgres-password'))).mode & 0o777).toBe(0o600);
  });

  test('is owned by one of two servers that start at the same time; the other one fails with a message', async () => {
    await using folder = await temporaryFolder();
    const [a, b] = await Promise.all([launch(folder.path, 'serve'), launch(folder.path, 'serve')]);
    await using first = a;
    await using second = b;
    const [winner, loser] = first.role === 'owner' ? [first, second] : [second, first];
    expect(winner.role).toBe('owner');
    expect(loser).toMatchObject({
      error: 'EmbeddedPostgresError',
      message: inUseMessage(winner.pid, folder.path),
    });
    await loser.stop();
    expect(await query(winner.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await winner.stop();
    expect(await postmasterPid(folder.path)).toBeUndefined();
    const { stdout } = await promisify(execFile)('ls', [folder.path]);
    expect(stdout.split('\n')).toEqual(['postgres', 'postgres-password', 'postgres.log', '']);
  });

  test('is used by a task, and runs on when the task ends', async () => {
    await using folder = await sharedFolder();
    await using server = await launch(folder.path, 'serve');
    await using task = await launch(folder.path, 'task');
    expect(task).toMatchObject({ role: 'guest', url: server.url });
    await task.stop();
    expect(await readAnswer(server.url)).toBe(42);
    await server.stop();
    expect(await postmasterPid(folder.path)).toBeUndefined();
  });

  test('is not available to a server while a task owns it', async () => {
    await using folder = await sharedFolder();
    const task = await startEmbeddedPostgres({ dataDir: folder.path, purpose: 'task', log });
    const server = startEmbeddedPostgres({ dataDir: folder.path, purpose: 'serve', log });
    await expect(server).rejects.toThrow(`A Paydeck command (process ${process.pid}) is using the data`);
    await task.stop();
    await using next = await launch(folder.path, 'serve');
    expect(await readAnswer(next.url)).toBe(42);
    await next.stop();
  });
});

describe('after a crash', () => {
  test('of Node (SIGKILL), the next start takes over the PostgreSQL that still runs', async () => {
    await using folder = await sharedFolder();
    await using killed = await launch(folder.path, 'serve');
    const orphan = await postmasterPid(folder.path);
    await killed.kill();
    const next = await startEmbeddedPostgres({ dataDir: folder.path, purpose: 'serve', log });
    expect(next).toMatchObject({ role: 'owner', url: killed.url });
    expect(await postmasterPid(folder.path)).toBe(orphan);
    expect(await readAnswer(next.url)).toBe(42);
    await next.stop();
    expect(await postmasterPid(folder.path)).toBeUndefined();
  });

  test('of Node (uncaught error), PostgreSQL ends too', async () => {
    await using folder = await sharedFolder();
    await using server = await launch(folder.path, 'serve');
    const pid = await postmasterPid(folder.path);
    await server.crash();
    await waitForExit(pid ?? 0);
  });

  test('of PostgreSQL, its owner starts it again on the same port', async () => {
    await using folder = await sharedFolder();
    await using server = await launch(folder.path, 'serve');
    const before = await postmasterPid(folder.path);
    process.kill(before ?? 0, 'SIGKILL');
    await expect.poll(() => readAnswer(server.url).catch(() => undefined), polling).toBe(42);
    await expect.poll(() => server.logs.at(-1), polling).toContain('runs again, on the same port');
    expect(await postmasterPid(folder.path)).not.toBe(before);
    await using late = await launch(folder.path, 'serve');
    expect(late.message).toBe(inUseMessage(server.pid, folder.path));
    await server.stop();
    expect(await postmasterPid(folder.path)).toBeUndefined();
  });

  test('that cuts all connections, the owner takes the lock again before another process can', async () => {
    await using folder = await sharedFolder();
    await using server = await launch(folder.path, 'serve');
    const late = launch(folder.path, 'serve');
    const cut = `select count(pg_terminate_backend(pid)) from pg_stat_activity where pid <> pg_backend_pid() and application_name like 'paydeck%'`;
    for (let round = 0; round < 5; round++) {
      await query(server.superuserUrl, cut);
      await expect.poll(() => server.logs.length, polling).toBe(round + 1);
    }
    await using newcomer = await late;
    expect(newcomer.message).toBe(inUseMessage(server.pid, folder.path));
    expect(server.logs.at(-1)).toContain('was lost, and is back');
    await server.stop();
    expect(await postmasterPid(folder.path)).toBeUndefined();
  });

  test('of both, the data is recovered, even if another process of the same user has PostgreSQL’s pid', async () => {
    await using folder = await sharedFolder();
    await using server = await launch(folder.path, 'serve');
    await query(server.url, 'create table recovered as select 43 as answer');
    const pid = (await postmasterPid(folder.path)) ?? 0;
    await server.kill();
    process.kill(pid, 'SIGKILL');
    await waitForExit(pid);
    const dead = await startEmbeddedPostgres({ dataDir: folder.path, purpose: 'serve', log });
    expect(await query(dead.url, 'select answer from recovered')).toEqual([{ answer: 43 }]);
    await query(dead.url, 'drop table recovered');
    await dead.stop();

    const lockFile = path.join(folder.path, 'postgres/postmaster.pid');
    const { uid, gid } = await stat(path.join(folder.path, 'postgres'));
    const other = spawn('sleep', ['60'], isRoot ? { uid, gid } : {});
    await once(other, 'spawn');
    await writeFile(lockFile, `${other.pid}\n${folder.path}/postgres\n1700000000\n15999\n\n127.0.0.1\n`);
    await chown(lockFile, uid, gid);
    const reused = await startEmbeddedPostgres({ dataDir: folder.path, purpose: 'serve', log });
    expect(await readAnswer(reused.url)).toBe(42);
    await reused.stop();
    expect(other.exitCode ?? other.signalCode).toBeNull();
    other.kill();
  });
});

describe('a folder is refused with advice', () => {
  const start = (dataDir: string) => startEmbeddedPostgres({ dataDir, purpose: 'serve', log });

  test('when another version of PostgreSQL wrote it', async () => {
    await using folder = await sharedFolder();
    await using _version = await replaceFile(path.join(folder.path, 'postgres/PG_VERSION'), '17\n');
    const started = start(folder.path);
    await expect(started).rejects.toBeInstanceOf(EmbeddedPostgresError);
    await expect(started).rejects.toThrow(
      /was written by PostgreSQL 17, but this version of Paydeck has PostgreSQL 18\. .*DATA_DIR/,
    );
  });

  test('when it has other content', async () => {
    await using folder = await temporaryFolder();
    await mkdir(path.join(folder.path, 'postgres/photos'), { recursive: true });
    await expect(start(folder.path)).rejects.toThrow('must be empty or a PostgreSQL cluster');
  });

  test('when its password is missing or wrong', async () => {
    await using folder = await sharedFolder();
    const file = path.join(folder.path, 'postgres-password');
    {
      await using _wrong = await replaceFile(file, 'wrong');
      await expect(start(folder.path)).rejects.toThrow('is not the password of the database');
      expect(await postmasterPid(folder.path)).toBeUndefined();
    }
    await using _none = await replaceFile(file, undefined);
    await expect(start(folder.path)).rejects.toThrow("password of the embedded PostgreSQL can't be read");
  });

  test('when PostgreSQL refuses its settings, with the message of PostgreSQL', async () => {
    await using folder = await sharedFolder();
    await using _conf = await replaceFile(
      path.join(folder.path, 'postgres/postgresql.auto.conf'),
      'nonsense = 1\n',
    );
    await expect(start(folder.path)).rejects.toThrow('unrecognized configuration parameter "nonsense"');
  });

  test('when it is a file', async () => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, 'file'), '');
    await expect(start(path.join(folder.path, 'file'))).rejects.toThrow(
      /can't be written by this user .*DATA_DIR/,
    );
  });
});

describe.runIf(isRoot)('as root', () => {
  // In a clone below /root, another user can reach neither Node nor PostgreSQL's binaries nor this file.
  const canBeNobody =
    spawnSync(process.execPath, ['--check', processPath], { ...nobody, cwd: '/' }).status === 0;

  test.each([
    ['can enter', 0o755, canBeNobody],
    ['cannot enter, as in a clone below /root', 0o700, false],
  ])('PostgreSQL runs as another user, in a folder that this user %s', async (_name, mode, isReachable) => {
    await using folder = await temporaryFolder(mode);
    await mkdir(path.join(folder.path, 'data'));
    const dataDir = path.join(folder.path, 'data');
    const database = await startEmbeddedPostgres({ dataDir, purpose: 'serve', log });
    const status = await readFile(`/proc/${await postmasterPid(dataDir)}/status`, 'utf8');
    expect(status).not.toMatch(/^Uid:\s+0/m);
    // No capability, or CAP_DAC_OVERRIDE to enter the folder.
    expect(Number(/^CapEff:\s+(\w+)/m.exec(status)?.[1])).toBe(isReachable ? 0 : 2);
    expect(await query(database.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await database.stop();
  });

  test.skipIf(!canBeNobody)('an ordinary user can start PostgreSQL only in its own folder', async () => {
    await using folder = await temporaryFolder();
    await chown(folder.path, nobody.uid, nobody.gid);
    await using server = await launch(folder.path, 'serve', nobody);
    expect(server.role).toBe('owner');
    expect((await stat(path.join(folder.path, 'postgres'))).uid).toBe(nobody.uid);
    await using task = await launch(folder.path, 'task', nobody);
    expect(task).toMatchObject({ role: 'guest', url: server.url });
    await server.stop();
    expect(await postmasterPid(folder.path)).toBeUndefined();

    await chown(path.join(folder.path, 'postgres'), 1, 1);
    await using foreign = await launch(folder.path, 'serve', nobody);
    expect(foreign.message).toMatch(/belongs to the user with uid 1, and this process runs with uid 65534/);
    await chown(folder.path, 0, 0);
    await chmod(folder.path, 0o755);
    await using unwritable = await launch(folder.path, 'serve', nobody);
    expect(unwritable.message).toContain("can't be written by this user");
  });
});
