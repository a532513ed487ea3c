import { readFileSync } from 'node:fs';
import { appRouter } from '@paydeck/api/router';
import { createClient } from '@paydeck/client';
import { createTRPCUntypedClient, createWSClient, TRPCClientError, wsLink } from '@trpc/client';
import type { AnyProcedure } from '@trpc/server';
import superjson from 'superjson';
import { expect, test } from 'vitest';
import { adminCredentials, startTestServer } from '../testing/start-test-server.ts';

const asIs = (value: unknown) => value;
const transformer = { input: { serialize: asIs, deserialize: asIs }, output: superjson };

const callers = ['anonymous', 'viewer', 'admin', 'apiKey'] as const;
type Row = { path: string; kind: string; access: Record<(typeof callers)[number], string> };

/** Reads the table "Who may call what" in docs/api.md. */
function documentedAccess(): Row[] {
  const docs = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8');
  return [...docs.matchAll(/^\| `([\w.]+)` +\| (\w+) +\| (\w+) +\| (\w+) +\| (\w+) +\| (\w+) +\|$/gm)].map(
    ([, path = '', kind = '', anonymous = '', viewer = '', admin = '', apiKey = '']) => ({
      path,
      kind,
      access: { anonymous, viewer, admin, apiKey },
    }),
  );
}

/** At run time tRPC keeps the procedures in a flat record by path. Its type shows the nested record. */
function proceduresByPath(): Record<string, AnyProcedure> {
  return appRouter._def.procedures as never;
}

/** `yes`, or the HTTP status with which a call without input is refused for lack of rights. */
async function accessOverHttp(url: string, { path, kind }: Row, token: string | null): Promise<string> {
  const response = await fetch(`${url}/trpc/${path}`, {
    method: kind === 'mutation' ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
  });
  await response.body?.cancel();
  return [401, 403].includes(response.status) ? String(response.status) : 'yes';
}

async function accessOverWs(url: string, { path }: Row, token: string | null): Promise<string> {
  const socket = createWSClient({
    url: `${url.replace('http', 'ws')}/trpc`,
    connectionParams: () => (token === null ? null : { token }),
  });
  const client = createTRPCUntypedClient<typeof appRouter>({
    links: [wsLink({ client: socket, transformer })],
  });
  const access = await new Promise<string>((resolve) => {
    client.subscription(path, undefined, {
      onStarted: () => resolve('yes'),
      onError: (error) =>
        resolve(error instanceof TRPCClientError ? String(error.data.httpStatus) : String(error)),
    });
  });
  await socket.close();
  return access;
}

test('the docs describe every procedure in the section of its router', () => {
  const sections = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8').split(/^## /m);
  for (const path of Object.keys(proceduresByPath())) {
    const [router, name] = path.split('.');
    const section = sections.find((text) => text.startsWith(`\`${router}\``));
    expect(section, path).toMatch(new RegExp(`^- \`${name}[\`(]`, 'm'));
  }
});

test('every procedure is open to exactly the callers that the docs name', async () => {
  await using server = await startTestServer();
  const admin = await server.signedInClient();
  const viewerCredentials = { username: 'viewer', password: 'viewer-password' };
  await admin.api.users.create.mutate(viewerCredentials);

  const rows = documentedAccess();
  expect(rows.map(({ path, kind }) => `${path} ${kind}`).sort()).toEqual(
    Object.entries(proceduresByPath())
      .map(([path, procedure]) => `${path} ${procedure._def.type}`)
      .sort(),
  );

  const tokenOf = async (credentials: { username: string; password: string }) => {
    await using client = createClient({ url: server.url });
    return (await client.api.auth.login.mutate(credentials)).accessToken;
  };

  const tokens = {
    anonymous: null,
    viewer: await tokenOf(viewerCredentials),
    admin: await tokenOf(adminCredentials),
    apiKey: (await admin.api.apiKeys.create.mutate({ name: 'script', role: 'admin' })).key,
  };

  // `auth.logout` comes last, since it ends the session of its token.
  rows.sort((a, b) => Number(a.path === 'auth.logout') - Number(b.path === 'auth.logout'));
  for (const row of rows) {
    const { path, access } = row;
    for (const role of callers) {
      const token = tokens[role];
      const findAccess = row.kind === 'subscription' ? accessOverWs : accessOverHttp;
      const found = await findAccess(server.url, row, token);
      expect({ path, role, access: found }).toEqual({ path, role, access: access[role] });
    }
  }
});
