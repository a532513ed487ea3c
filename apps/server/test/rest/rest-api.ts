import { expect } from 'vitest';
import { z } from 'zod';
import { adminCredentials, startTestServer, type TestServer } from '../../testing/start-test-server.ts';
import { bearer, jsonType, type Reply, send } from '../plain-fetch.ts';

type Options = { token?: string | null; body?: unknown; headers?: Record<string, string> };
type Credentials = { username: string; password: string };

/** A test server with helpers that call its REST API. */
export type RestApi = AsyncDisposable & {
  server: TestServer;
  /** Calls as the admin unless the options have a token, or null for none. `path` is below `/api`. */
  call(method: string, path: string, options?: Options): Promise<Reply>;
  get(path: string, options?: Options): Promise<Reply>;
  post(path: string, body: unknown, options?: Options): Promise<Reply>;
  signIn(credentials?: Credentials): Promise<string>;
  /** Creates a viewer and returns its access token. */
  addViewer(username: string): Promise<string>;
};

export async function startRestApi(environment: Record<string, string> = {}): Promise<RestApi> {
  const server = await startTestServer({ environment });

  let adminToken: string | undefined;
  const call: RestApi['call'] = async (method, path, { token, body, headers } = {}) => {
    const asAdmin = token === undefined ? (adminToken ?? (await signIn())) : token;
    return send(`${server.url}/api${path}`, {
      method,
      headers: {
        ...(body !== undefined && jsonType),
        ...(asAdmin !== null && bearer(asAdmin)),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
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
