import { get, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../src/testing/start-test-server.ts';
import { ensurePageIsBuilt } from './browser/dashboard-page.ts';
import { send } from './plain-fetch.ts';

let server: TestServer;
beforeAll(async () => {
  await ensurePageIsBuilt();
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

test('every view is the one page, which is asked for anew and may load nothing from elsewhere', async () => {
  const texts = new Set<string>();
  for (const view of ['/', '/payments?status=failed', '/users']) {
    const { status, headers, text } = await send(server.url + view);
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-cache',
    ]);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
    texts.add(text);
  }
  const [text = '', ...others] = texts;
  expect(others).toEqual([]);
  expect(text).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=|https?:/);
  const { etag = '' } = (await request('/', {})).headers;
  expect((await request('/', { 'if-none-match': etag })).status).toBe(304);
});

test('its files are kept for good, and come compressed', async () => {
  const { text } = await send(server.url);
  const [script = ''] = /\/assets\/[\w-]+\.js/.exec(text) ?? [];
  const plain = await request(script, { 'accept-encoding': 'identity' });
  expect(plain.headers).toMatchObject({
    'cache-control': 'public, max-age=31536000, immutable',
    'content-type': expect.stringContaining('javascript'),
  });
  const gzip = await request(script, { 'accept-encoding': 'gzip' });
  expect(gzip.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
  const brotli = await request(script, { 'accept-encoding': 'br, gzip' });
  expect(brotli.headers['content-encoding']).toBe('br');
  expect(brotli.body.length).toBeLessThan(gzip.body.length);
  expect(brotli.headers.vary).toMatch(/accept-encoding/i);
});

test('what is no view and no file is answered as before', async () => {
  for (const path of [
    '/nope',
    '/assets/nope.js',
    '/assets/..%2findex.html',
    '/index.html',
    '/sources.sha256',
  ]) {
    const { status, body } = await send(server.url + path);
    expect([path, status]).toEqual([path, 404]);
    expect(body).toMatchObject({ statusCode: 404 });
  }
});

/** `fetch` would undo the compression, and ask for a fresh answer where it is given an ETag. */
async function request(path: string, headers: Record<string, string>) {
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    get(server.url + path, { headers }, resolve).once('error', reject);
  });
  return { status: reply.statusCode, headers: reply.headers, body: await buffer(reply) };
}
