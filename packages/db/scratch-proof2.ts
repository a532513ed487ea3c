import net from 'node:net';
import { mkdtemp, chmod } from 'node:fs/promises';
import { startEmbeddedPostgres } from './src/embedded/embedded-postgres.ts';
import { openDatabase } from './src/connection/open-database.ts';
const dir = await mkdtemp('/tmp/paydeck-proof-'); await chmod(dir, 0o755);
const pg = await startEmbeddedPostgres({ dataDir: dir, purpose: 'serve', log: () => {} });
const u = new URL(pg.url);
const socks = new Set<net.Socket>();
const proxy = net.createServer((c) => { const s = net.connect(Number(u.port), '127.0.0.1'); socks.add(c); c.on('error', () => {}); s.on('error', () => {}); c.pipe(s); s.pipe(c); c.on('close', () => { socks.delete(c); s.destroy(); }); s.on('close', () => c.destroy()); });
await new Promise<void>((r) => proxy.listen(0, '127.0.0.1', r));
const pu = new URL(pg.url); pu.port = String((proxy.address() as net.AddressInfo).port);
process.on('unhandledRejection', (e) => { console.log('UNHANDLED REJECTION (would crash):', String(e)); });
const db = openDatabase({ url: pu.href, deadlineMs: 3000, maxConnections: 2 });

let empty = 0, right = 0, rejected = 0, late = 0;
for (let i = 0; i < 300; i++) {
  // two connections up; one goes idle, the other sleeps
  await Promise.allSettled([db.orm.execute('select pg_sleep(0.01)'), db.orm.execute('select pg_sleep(0.01)')]);
  const busy = db.orm.execute('select pg_sleep(5)').then(() => {}, () => {});
  await new Promise((r) => setTimeout(r, 10));
  const all = [...socks]; if (i % 2) all.reverse();
  for (const s of all) s.resetAndDestroy();
  await busy;
  const t = performance.now();
  const next = [1, 2].map(() => db.orm.execute('select 42 as n').then((rows: any) => { if (rows.length === 1) right++; else empty++; }, () => { if (performance.now() - t > 2900) late++; else rejected++; }));
  await Promise.all(next);
}
console.log({ right, empty, rejected, late });
process.exit(0);
