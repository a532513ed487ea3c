import { openDatabase } from '@paydeck/db/connection';
import { findBrokenWrites } from '@paydeck/server/testing/stored-state';
import { describe, expect, onTestFailed, test } from 'vitest';
import { z } from 'zod';
import { findViolations } from '../chaos/invariants.ts';
import { followersAreComplete, openSystem, recover, type System } from '../chaos/system.ts';
import { until } from '../chaos/until.ts';
import { dumpAndRestore } from './backup.ts';
import { missingPrograms, type PatroniCluster, startPatroniCluster } from './patroni-cluster.ts';

const missing = missingPrograms();
if (missing !== null) process.stdout.write(`failover.test.ts is skipped: ${missing}.\n`);

describe.skipIf(missing !== null)('a failover with Patroni, etcd and HAProxy', () => {
  test('to a synchronous replica loses no acknowledged write, and every follower gets every event', async () => {
    await using cluster = await startPatroniCluster({ isSynchronous: true });
    await using system = await openDrill(cluster);
    await acknowledgeMore(system, 60);

    const outage = await failOver(cluster, system);
    await acknowledgeMore(system, 60);
    await system.workload.finish();
    await followersAreComplete(system);
    const { figures, violations } = await findViolations(system.db, {
      ...system,
      ledger: system.workload.ledger,
      stepsBack: 0,
    });
    report('synchronous', { ...figures, ...outage });
    expect([...violations, ...system.violations, ...system.workload.violations]).toEqual([]);
  });

  test('a backup under load has only whole writes, and everything that was acknowledged before it', async () => {
    await using cluster = await startPatroniCluster({ isSynchronous: false });
    await using system = await openDrill(cluster);
    await acknowledgeMore(system, 100);
    const before = system.workload.ledger.writes.filter(({ state }) => state === 'acknowledged');
    const restoredUrl = await createDatabase(cluster, 'restored');
    await dumpAndRestore(cluster.url('paydeck'), restoredUrl);
    const restored = openDatabase({ url: restoredUrl, maxConnections: 1 });
    expect(await findBrokenWrites(restored)).toEqual([]);
    const keys = await storedKeys({ db: restored });
    await restored.close();
    expect(before.filter(({ key }) => !keys.has(key))).toEqual([]);
  });

  test('to a replica that lagged loses only what it did not have, and every follower is reset', async () => {
    await using cluster = await startPatroniCluster({ isSynchronous: false });
    await using system = await openDrill(cluster);
    const { workload } = system;
    await acknowledgeMore(system, 60);
    const primary = await cluster.primary();
    // Everything up to here is on both members, and nothing after it.
    await workload.pause();
    await replicaIsComplete(system);
    const mark = workload.ledger.writes.length;
    primary.replication.silence();
    workload.resume();
    await acknowledgeMore(system, 60);

    // No call begins until it is known which writes are lost.
    const paused = workload.pause();
    workload.ledger.beginEra();
    system.session.setSteppingBack(true);
    const outage = await failOver(cluster, system, () => paused);
    const lost = workload.ledger.loseMissing(mark, await storedKeys(system));
    expect(lost).toBeGreaterThan(0);
    system.session.setSteppingBack(false);
    workload.resume();
    await recover(system);
    await acknowledgeMore(system, 60);
    await workload.finish();
    await followersAreComplete(system);
    const { figures, violations } = await findViolations(system.db, {
      ...system,
      ledger: workload.ledger,
      stepsBack: 1,
    });
    report('asynchronous', {
      ...figures,
      ...outage,
      resets: system.followers.map(({ segments }) => segments.length - 1),
    });
    expect([...violations, ...system.violations, ...workload.violations]).toEqual([]);
    expect(system.followers.filter(({ segments }) => segments.length < 2)).toEqual([]);
  });
});

/** The servers reach the database through HAProxy, and so does the checker. */
async function openDrill(cluster: PatroniCluster) {
  onTestFailed(() => void process.stderr.write(cluster.output()));
  const url = await createDatabase(cluster, 'paydeck');
  return openSystem({ serverUrl: url, checkerUrl: url }, Math.floor(Math.random() * 2 ** 31));
}

async function createDatabase(cluster: PatroniCluster, name: string): Promise<string> {
  const admin = openDatabase({ url: cluster.url('postgres'), maxConnections: 1 });
  await admin.orm.execute(`create database ${name}`).finally(() => admin.close());
  return cluster.url(name);
}

const acknowledgeMore = async ({ workload: { ledger } }: System, count: number) => {
  const before = ledger.acknowledgedPayments;
  await until(
    `${count} payments are acknowledged`,
    () => ledger.acknowledgedPayments >= before + count,
    240_000,
  );
};

/** Kills the primary, and waits until the other member is primary and writes are acknowledged again. */
async function failOver(
  cluster: PatroniCluster,
  system: System,
  isWriting = () => acknowledgeMore(system, 1),
): Promise<{ promotedAfterMs: number; writesAfterMs: number }> {
  const old = await cluster.primary();
  const killedAt = performance.now();
  await old.kill();
  await until(
    'the other member is primary',
    () =>
      cluster.primary().then(
        (member) => member !== old,
        () => false,
      ),
    240_000,
  );
  const promotedAfterMs = Math.round(performance.now() - killedAt);
  await isWriting();
  return { promotedAfterMs, writesAfterMs: Math.round(performance.now() - killedAt) };
}

/** Waits until the replica has everything that the primary has. No write may run. */
async function replicaIsComplete({ db }: System): Promise<void> {
  await until('the replica has everything', async () => {
    const [row] = await db.orm.execute(`select count(*) as complete from pg_stat_replication
      where replay_lsn >= pg_current_wal_lsn() or flush_lsn >= pg_current_wal_lsn()`);
    return Number(row?.complete) > 0;
  });
}

async function storedKeys({ db }: Pick<System, 'db'>): Promise<Set<string>> {
  const keyShape = z.object({ key: z.string() });
  const rows = await db.orm.execute('select key from idempotency_keys');
  return new Set(rows.map((row) => keyShape.parse(row).key));
}

const report = (kind: string, figures: object) =>
  process.stdout.write(`failover, ${kind}: ${JSON.stringify(figures)}\n`);
