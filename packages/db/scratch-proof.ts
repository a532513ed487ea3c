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
const db = openDatabase({ url: pu.href, deadlineMs: 3000, maxConnections: 10 });
let bad = 0, ok = 0; const errors = new Map<string, number>();
const one = async () => { try { const rows: any = await db.orm.execute('select 42 as n'); if (rows.length !== 1 || rows[0].n !== 42) { bad++; } else ok++; } catch (e: any) { const k = String(e.cause?.message ?? e.message).slice(0, 80); errors.set(k, (errors.get(k) ?? 0) + 1); } };
const slow = async () => { try { await db.orm.execute("select pg_sleep(0.05)"); } catch {} };
let run = true;
const started = Date.now();
const loops = Array.from({ length: 6 }, async () => { while (run) { await one(); if (Math.random() < 0.5) await slow(); } });
let resets = 0;
while (Date.now() - started < 8000) { await new Promise((r) => setTimeout(r, 40)); for (const s of socks) s.resetAndDestroy(); resets++; }
run = false; await Promise.all(loops);
console.log({ resets, ok, bad }, errors);
// afterwards: is the pool whole?
const t = performance.now(); const res = await Promise.allSettled(Array.from({ length: 30 }, () => db.orm.execute('select pg_sleep(0.02)')));
console.log('after', Math.round(performance.now() - t), res.filter((r) => r.status === 'rejected').length, 'rejected');
process.exit(0);
