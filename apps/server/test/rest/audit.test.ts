import { expect, test } from 'vitest';
import { z } from 'zod';
import { auditList } from '../../src/rest/shapes.ts';
import { startRestApi } from './rest-api.ts';

// JSON has the times as text.
const list = z.object({
  ...auditList.shape,
  data: z.array(z.object({ ...auditList.shape.data.element.shape, at: z.iso.datetime() })),
});

test('an admin reads the audit log over REST, page by page, and checks it', async () => {
  await using api = await startRestApi();
  await api.addViewer('viewer');
  const read = async (query = '') => {
    const { status, body } = await api.get(`/audit${query}`);
    expect(status).toBe(200);
    return list.parse(body);
  };
  const { data: all } = await read();
  expect(all.map(({ action }) => action)).toEqual([
    'user.login',
    'user.create',
    'user.login',
    'server.start',
    'user.create',
  ]);
  expect(all[1]).toMatchObject({
    actor: { username: 'admin' },
    subject: { name: 'viewer' },
    address: '127.0.0.1',
    userAgent: 'node',
  });
  const first = await read('?action=user.login,server.start&limit=2');
  const second = await read(`?action=user.login,server.start&limit=2&cursor=${first.nextCursor}`);
  expect([...first.data, ...second.data]).toEqual([all[0], all[2], all[3]]);
  expect(second.nextCursor).toBeNull();
  expect((await read('?endDate=2020-01-01')).data).toEqual([]);
  const today = new Date().toISOString().slice(0, 10);
  expect((await read(`?startDate=2020-01-01&endDate=${today}`)).data).toHaveLength(5);

  const checked = await api.get('/audit/verify');
  expect(checked).toMatchObject({ status: 200, body: { rows: 5, findings: [], next: null } });
  const { id, hash } = z
    .object({ head: z.object({ id: z.int(), hash: z.string() }) })
    .parse(checked.body).head;
  expect({ id, hash }).toEqual({ id: all[0]?.id, hash: all[0]?.hash });
  expect(await api.get(`/audit/verify?afterId=${id}&afterHash=${hash}`)).toMatchObject({ body: { rows: 0 } });
  expect(await api.get('/audit?action=not+an+action')).toMatchObject({ status: 400 });
  expect(await api.get('/audit?cursor=x')).toMatchObject({ status: 400 });
});
