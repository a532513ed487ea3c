import { readFileSync } from 'node:fs';
import SwaggerParser from '@apidevtools/swagger-parser';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { default as addFormats } from 'ajv-formats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { documentedOperations, operations } from '../../src/rest/routes.ts';
import { document, expectDocumented } from '../documented-replies.ts';
import { send } from '../plain-fetch.ts';
import { type RestApi, startRestApi } from './rest-api.ts';

let api: RestApi;
beforeAll(async () => {
  api = await startRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const fetchText = async () => (await send(`${api.server.url}/api/openapi.json`)).text;

test('two unrelated validators find the document valid', async () => {
  expect(await new Validator().validate(JSON.parse(await fetchText()))).toEqual({ valid: true });
  await SwaggerParser.validate(JSON.parse(await fetchText()));
});

test('the published document is the one that all replies in tests are checked against', async () => {
  expect(JSON.parse(await fetchText())).toMatchObject(document);
});

test.each([
  ['an unknown status', { status: 402 }],
  ['another type', { type: 'text/html' }],
  ['an unknown field', { text: '{"outcome": "erased", "more": 1}' }],
  ['another value', { text: '{"outcome": "gone"}' }],
])('%s is not documented, so a test that gets it fails', (_what, change) => {
  const reply = { status: 200, type: 'application/json; charset=utf-8', text: '{"outcome": "erased"}' };
  const check = (seen: typeof reply) => () => expectDocumented('DELETE', 'http://x/api/users/1', seen);
  expect(check(reply)).not.toThrow();
  expect(check({ ...reply, ...change })).toThrow('DELETE /api/users/1');
});

test('the document has every operation once', () => {
  const named = Object.entries(document.paths).flatMap(([path, verbs]) =>
    Object.keys(verbs).map((verb) => `${verb.toUpperCase()} ${path}`),
  );
  const served = documentedOperations.map(
    ({ method, path }) => `${method} /api${path.replace(':id', '{id}')}`,
  );
  expect(named.sort()).toEqual(served.sort());
  const ids = Object.values(document.paths).flatMap((verbs) =>
    Object.values(verbs).map((operation) => operation.operationId),
  );
  expect(new Set(ids).size).toBe(served.length);
});

test('docs/rest.md names every operation', () => {
  const docs = readFileSync(new URL('../../../../docs/rest.md', import.meta.url), 'utf8');
  for (const { method, path } of documentedOperations)
    expect(docs).toMatch(new RegExp(`\`${method} /api${path}[\`?]`));
});

test('every reply, failure and body has an example that matches its schema', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(z.looseObject({}).parse(document), 'document');
  for (const [name, { examples = [] }] of Object.entries(document.components.schemas)) {
    for (const example of z.array(z.unknown()).nonempty(name).parse(examples)) {
      const valid = ajv.validate({ $ref: `document#/components/schemas/${name}` }, example);
      expect(ajv.errorsText(valid ? null : ajv.errors), name).toBe('No errors');
    }
  }
  for (const { method, path, body, example } of operations)
    if (body !== undefined) expect(body.safeParse(example?.body).error, `${method} ${path}`).toBeUndefined();
});

test('the document has the limits and choices of the schemas', () => {
  const text = JSON.stringify(document.paths['/api/payments']?.post);
  expect(text).toContain('"amount":{"type":"number","exclusiveMinimum":0,"maximum":1000000');
  expect(text).toContain('"receiver":{"type":"string","minLength":2,"maxLength":100}');
  expect(text).toContain('"enum":["credit_card","bank_transfer","digital_wallet"]');
  expect(text).not.toMatch(/Minor|9007199254740991/);
});

test('Swagger UI loads everything from this server, and its Content Security Policy lets it run', async () => {
  for (const path of ['/api/docs', '/api/docs/']) {
    const page = await send(api.server.url + path);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('upgrade-insecure-requests');
    const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, asset = '']) => asset);
    expect(assets.length).toBeGreaterThan(4);
    for (const asset of assets) {
      const url = new URL(asset, api.server.url + path);
      expect(url.origin).toBe(new URL(api.server.url).origin);
      expect({ asset, status: (await send(url.href)).status }).toEqual({ asset, status: 200 });
    }
    // The policy forbids inline scripts.
    expect(page.text).not.toMatch(/<script(?![^>]*src=)/);
  }
  expect((await send(`${api.server.url}/api/docs/json`)).text).toBe(await fetchText());
});

test('other routes keep the strict Content Security Policy', async () => {
  const { headers } = await send(`${api.server.url}/api/openapi.json`);
  expect(headers.get('content-security-policy')).toContain('upgrade-insecure-requests');
});
