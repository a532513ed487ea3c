import { Ajv2020 } from 'ajv/dist/2020.js';
import { default as addFormats } from 'ajv-formats';
import { expect } from 'vitest';
import { z } from 'zod';
import { adminCredentials, startTestServer, type TestServer } from '../../src/testing/start-test-server.ts';
import { bearer, jsonType, type Reply, send } from '../plain-fetch.ts';

type Options = { token?: string | null; body?: unknown; headers?: Record<string, string> };
type Credentials = { username: string; password: string };

/** A server, spoken to over REST. Every reply is held to what the server's own OpenAPI document says of it. */
export type RestApi = AsyncDisposable & {
  server: TestServer;
  document: OpenApi;
  /** As the admin, unless a token, or null for none, is given. `path` is below `/api`. */
  call(method: string, path: string, options?: Options): Promise<Reply>;
  get(path: string, options?: Options): Promise<Reply>;
  post(path: string, body: unknown, options?: Options): Promise<Reply>;
  signIn(credentials?: Credentials): Promise<string>;
  /** The token of a new viewer. */
  addViewer(username: string): Promise<string>;
};

const operation = z.object({
  responses: z.record(
    z.string(),
    z.object({ content: z.record(z.string(), z.unknown()).optional() }).loose(),
  ),
});
const openApi = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation.loose())),
  components: z.object({ schemas: z.record(z.string(), z.looseObject({})) }).loose(),
});
type OpenApi = z.output<typeof openApi>;

export async function startRestApi(environment: Record<string, string> = {}): Promise<RestApi> {
  const server = await startTestServer({ environment });
  const raw = await send(`${server.url}/api/openapi.json`);
  const document = openApi.parse(raw.body);
  const check = replyChecker(raw.body, document);

  let adminToken: string | undefined;
  const call: RestApi['call'] = async (method, path, { token, body, headers } = {}) => {
    const asAdmin = token === undefined ? (adminToken ?? (await signIn())) : token;
    const reply = await send(`${server.url}/api${path}`, {
      method,
      headers: {
        ...(body !== undefined && jsonType),
        ...(asAdmin !== null && bearer(asAdmin)),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    check(method, path, reply);
    return reply;
  };
  const post: RestApi['post'] = (path, body, options) => call('POST', path, { ...options, body });
  const signIn = async (credentials: Credentials = adminCredentials): Promise<string> => {
    const { body } = await post('/auth/login', credentials, { token: null });
    const { access_token } = z.object({ access_token: z.string() }).parse(body);
    if (credentials === adminCredentials) adminToken = access_token;
    return access_token;
  };
  return {
    server,
    document,
    call,
    get: (path, options) => call('GET', path, options),
    post,
    signIn,
    addViewer: async (username) => {
      const credentials = { username, password: 'viewer-password' };
      expect((await post('/users', credentials)).status).toBe(201);
      return signIn(credentials);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Fails for a reply that the document does not foresee: its status, its type, its shape. */
function replyChecker(raw: unknown, { paths }: OpenApi) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(z.looseObject({}).parse(raw), 'document');
  const pointer = (...parts: string[]) =>
    `document#/${parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
  /** Compiled once for each place of the document. */
  const expectShape = (body: unknown, where: string, ...parts: string[]) => {
    const validate = ajv.getSchema(pointer(...parts));
    const isValid = validate?.(body);
    expect(isValid ? 'valid' : ajv.errorsText(validate?.errors), where).toBe('valid');
  };
  const templates = Object.keys(paths).map((template) => ({
    template,
    pattern: new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`),
    hasParameter: template.includes('{'),
  }));
  templates.sort((a, b) => Number(a.hasParameter) - Number(b.hasParameter));

  return (method: string, path: string, { status, headers, text, body }: Reply) => {
    const plain = `/api${path.split('?')[0]}`;
    const template = templates.find(({ pattern }) => pattern.test(plain))?.template ?? '';
    const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
    const responses = paths[template]?.[verb]?.responses;
    const where = `${method} ${plain} → ${status} ${text}`;
    if (responses === undefined) {
      // No such route.
      expectShape(body, where, 'components', 'schemas', 'Failure');
      return;
    }
    expect(Object.keys(responses), where).toContain(String(status));
    if (method === 'HEAD') return expect(text, where).toBe('');
    const type = headers.get('content-type')?.split(';')[0];
    const content = Object.keys(responses[status]?.content ?? {});
    if (content.length === 0) return expect({ text, type }, where).toEqual({ text: '', type: undefined });
    expect(content, where).toContain(type);
    if (type !== 'application/json') return;
    expectShape(body, where, 'paths', template, verb, 'responses', String(status), 'content', type, 'schema');
  };
}
