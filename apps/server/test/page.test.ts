import { get, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensurePageIsBuilt } from '../testing/built-page.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { send } from './plain-fetch.ts';

let server: TestServer;
beforeAll(async () => {
  await ensurePageIsBuilt();
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

test('every view is the same page, which is revalidated and may load nothing from other hosts', async () => {
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

test('its files may be cached forever, and are compressed', async () => {
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

test('paths that are neither views nor files are answered as if there were no page', async () => {
  for (const path of [
    '/nope',
    '/payments/nope',
    '/api',
    '/api/nope',
    '/trpc',
    '/assets',
    '/assets/',
    '/assets/nope.js',
    '/assets/..%2findex.html',
    '/assets/%2e%2e/index.html',
    '/assets/../index.html',
    '/assets/..%5cindex.html',
    '/..%2f..%2f..%2fpackage.json',
    '/index.html',
    '/sources.sha256',
  ]) {
    for (const method of ['GET', 'HEAD']) {
      const { status, headers, body } = await request(path, {}, method);
      expect([path, status]).toEqual([path, 404]);
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
      if (method === 'GET') expect(JSON.parse(body.toString())).toMatchObject({ statusCode: 404 });
    }
  }
  const { status, body } = await send(`${server.url}/trpc/nope`);
  expect([status, body]).toEqual([404, expect.objectContaining({ error: expect.anything() })]);
});

test('a slash at the end of a view or a health check leads to the same', async () => {
  for (const method of ['GET', 'HEAD']) {
    for (const path of ['/payments/', '/users/', '/audit/', '/settings/', '/set-password/']) {
      const { status, headers } = await request(path, {}, method);
      expect([path, status, headers.location]).toEqual([path, 308, `..${path.slice(0, -1)}`]);
    }
    for (const path of ['/health/', '/health/ready/'])
      expect((await request(path, {}, method)).status).toBe(200);
  }
});

test('a browser gets the page at an unknown address, with the status 404', async () => {
  const html = { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' };
  for (const path of ['/nope', '/payments/nope/']) {
    const { status, headers, body } = await request(path, html);
    expect([path, status, headers['content-type']]).toEqual([path, 404, 'text/html; charset=utf-8']);
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    const text = body.toString();
    expect(text).toContain('<div id="root">');
    const [, script = ''] = /src="([^"]+\.js)"/.exec(text) ?? [];
    expect((await request(new URL(script, server.url + path).pathname, {})).status).toBe(200);
  }
  for (const path of ['/api/nope', '/trpc', '/assets/nope.js', '/health/nope'])
    expect((await request(path, html)).headers['content-type']).toBe('application/json; charset=utf-8');
});

test('HEAD returns the headers of the page and of its files', async () => {
  const { text } = await send(server.url);
  const [script = ''] = /\/assets\/[\w-]+\.js/.exec(text) ?? [];
  for (const path of ['/', '/payments', script]) {
    const [got, told] = [await request(path, {}), await request(path, {}, 'HEAD')];
    const { date: _at, 'x-request-id': _id, ...headers } = got.headers;
    expect([told.status, told.body.length]).toEqual([200, 0]);
    expect(told.headers).toMatchObject(headers);
  }
});

/** Without `fetch`, which decompresses, resolves `..` in paths, and changes caching when it gets an ETag. */
async function request(path: string, headers: Record<string, string>, method = 'GET') {
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    get({ hostname, port, path, headers, method }, resolve).once('error', reject);
  });
  return { status: reply.statusCode, headers: reply.headers, body: await buffer(reply) };
}
