import { z } from 'zod';
import { adminCredentials } from '../testing/start-test-server.ts';
import { expectDocumented } from './documented-replies.ts';

export type Reply = { status: number; headers: Headers; text: string; body: unknown };

/**
 * Sends one HTTP request without the client library, so that tests see exactly what the server wrote. Checks replies of
 * the REST API against the OpenAPI document.
 */
export async function send(url: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(url, init);
  const { status, headers } = response;
  const text = await response.text();
  const type = headers.get('content-type');
  expectDocumented(init.method ?? 'GET', url, { status, type, text });
  return {
    status,
    headers,
    text,
    body: type?.startsWith('application/json') === true ? JSON.parse(text) : null,
  };
}

/** The same as `send`, for a reply that is read as a stream. */
export async function sendForStream(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, init);
  const type = response.headers.get('content-type');
  expectDocumented(init.method ?? 'GET', url, { status: response.status, type });
  return response;
}

export const jsonType = { 'content-type': 'application/json' };

/** The request of a tRPC mutation. A string is sent unchanged. */
export function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { method: 'POST', headers: { ...jsonType, ...headers }, body: text };
}

const signedIn = z.object({
  result: z.object({ data: z.object({ json: z.object({ accessToken: z.string() }) }) }),
});

/** Signs in and returns the access token. */
export async function signIn(
  url: string,
  credentials: { username: string; password: string } = adminCredentials,
): Promise<string> {
  const { body } = await send(`${url}/trpc/auth.login`, post(credentials));
  return signedIn.parse(body).result.data.json.accessToken;
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
