import { expect, test } from 'vitest';
import { type RestApi, startRestApi } from './rest/rest-api.ts';

const payment = { method: 'bank_transfer', receiver: 'Müller & Söhne' };
const routes = [
  ['REST', '/api/payments', { amount: 5, ...payment }],
  ['tRPC', '/trpc/payments.create', { amountMinor: 500, ...payment }],
  ['a batch of tRPC', '/trpc/payments.create?batch=1', { 0: { amountMinor: 500, ...payment } }],
] as const;

async function post(api: RestApi, path: string, body: Buffer, type: string) {
  const authorization = `Bearer ${await api.signIn()}`;
  const headers = { authorization, 'content-type': type };
  const reply = await fetch(`${api.server.url}${path}`, {
    method: 'POST',
    headers,
    body: Uint8Array.from(body),
  });
  return { status: reply.status, text: await reply.text() };
}

test('a JSON body is UTF-8, or it is refused before anything is recorded', async () => {
  await using api = await startRestApi();
  for (const [name, path, input] of routes) {
    const text = JSON.stringify(input);
    const latin1 = await post(api, path, Buffer.from(text, 'latin1'), 'application/json');
    expect(latin1, name).toMatchObject({ status: 400 });
    const at = text.indexOf('ü') + 1;
    expect(latin1.text, name).toContain(`The request body must be UTF-8, but its byte ${at} is 0xFC.`);

    const declared = await post(
      api,
      path,
      Buffer.from(text, 'latin1'),
      'application/json; charset=iso-8859-1',
    );
    expect(declared, name).toMatchObject({ status: 415 });
    expect(declared.text, name).toContain('The charset of JSON must be UTF-8, not iso-8859-1.');
  }
  expect(await api.get('/payments')).toMatchObject({ body: { total: 0 } });

  for (const [name, path, input] of routes) {
    const utf8 = await post(api, path, Buffer.from(JSON.stringify(input)), 'application/json; charset=UTF-8');
    expect([200, 201], name).toContain(utf8.status);
    expect(utf8.text, name).toContain('Müller & Söhne');
  }
});
