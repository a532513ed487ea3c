import { Ajv2020 } from 'ajv/dist/2020.js';
import { default as addFormats } from 'ajv-formats';
import { expect } from 'vitest';
import { z } from 'zod';
import { openApiDocument } from '../src/rest/openapi/document.ts';
import { documentedOperations } from '../src/rest/routes.ts';

const operation = z.object({
  operationId: z.string(),
  responses: z.record(
    z.string(),
    z.object({ content: z.record(z.string(), z.unknown()).optional() }).loose(),
  ),
});
const openApi = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation.loose())),
  components: z.object({ schemas: z.record(z.string(), z.looseObject({})) }).loose(),
});

/** The OpenAPI document. openapi.test.ts shows that servers publish the same one. */
export const document = openApi.parse(JSON.parse(JSON.stringify(openApiDocument(documentedOperations))));

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(document, 'document');

const templates = Object.keys(document.paths).map((template) => ({
  template,
  pattern: new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`),
  hasParameter: template.includes('{'),
}));
templates.sort((a, b) => Number(a.hasParameter) - Number(b.hasParameter));

/** `text` is undefined when the test reads the reply as a stream. Then only status and type are checked. */
type SeenReply = { status: number; type: string | null | undefined; text?: string | undefined };

/** Fails when the OpenAPI document does not describe a REST reply: its status, its type or its shape. */
export function expectDocumented(method: string, url: string, { status, type, text }: SeenReply): void {
  const { pathname: path } = new URL(url);
  if (!path.startsWith('/api/') || /^\/api\/(docs|openapi\.json)/.test(path) || method === 'OPTIONS') return;
  const template = templates.find(({ pattern }) => pattern.test(path))?.template ?? '';
  const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
  const responses = document.paths[template]?.[verb]?.responses;
  const where = `${method} ${path} → ${status} ${text ?? ''}`;
  if (responses === undefined) {
    // The route does not exist.
    if (text) expectShape(text, where, 'components', 'schemas', 'Failure');
    return;
  }
  expect(Object.keys(responses), where).toContain(String(status));
  const contentType = type?.split(';')[0];
  const content = Object.keys(responses[status]?.content ?? {});
  if (method === 'HEAD' || content.length === 0) expect(text ?? '', where).toBe('');
  if (content.length === 0) expect(contentType, where).toBeUndefined();
  else expect(content, where).toContain(contentType);
  if (contentType !== 'application/json' || !text) return;
  const place = ['paths', template, verb, 'responses', String(status), 'content', contentType, 'schema'];
  expectShape(text, where, ...place);
}

/** The validators by their place in the document, each compiled once. */
function expectShape(text: string, where: string, ...parts: string[]): void {
  const pointer = parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')));
  const validate = ajv.getSchema(`document#/${pointer.join('/')}`);
  const isValid = validate?.(JSON.parse(text));
  expect(isValid ? 'valid' : ajv.errorsText(validate?.errors), where).toBe('valid');
}
