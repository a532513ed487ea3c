import { idempotencyKeyPattern } from '@paydeck/contract/idempotency-key';
import type { z } from 'zod';
import manifest from '../../../package.json' with { type: 'json' };
import { requestLimits } from '../../http/request-limits.ts';
import type { OperationDocs } from '../operation.ts';
import { failure } from '../shapes.ts';
import { type JsonSchema, namedReplySchemas, replyReference, requestSchema } from './json-schema.ts';

/** An operation as the document describes it. */
export type Documented = OperationDocs & {
  params?: z.ZodObject | undefined;
  query?: z.ZodObject | undefined;
  body?: z.ZodType | undefined;
  reply: z.ZodType | null;
  /** For a reply that is not JSON: its media types, with an example of each. */
  produces?: Readonly<Record<string, string>>;
};

type OpenApi = {
  openapi: '3.1.0';
  info: JsonSchema;
  servers: JsonSchema[];
  tags: JsonSchema[];
  paths: Record<string, Record<string, JsonSchema>>;
  components: { schemas: Record<string, JsonSchema>; securitySchemes: JsonSchema };
};

const tags = {
  auth: 'Signing in and out. `POST /api/auth/login` returns the access token that other requests need.',
  payments: 'Recording, finding and exporting payments. Amounts are JSON numbers in major units.',
  stats: 'Exact figures for one currency, in the calendar of any time zone.',
  users: 'Users and their roles. For admins.',
  audit: 'What happened: sign-ins, refusals, exports, changes of users, keys and payments. For admins.',
  sessions: 'Sign-ins on your devices. Admins see and end those of every user.',
  'api-keys': 'Keys that scripts send in place of an access token. For admins who signed in.',
};

/** Builds the OpenAPI 3.1 document of the operations from the schemas of their requests and replies. Their paths are below `basePath`. */
export function openApiDocument(
  operations: readonly Documented[],
  { basePath = '' }: { basePath?: string } = {},
): OpenApi {
  const paths: OpenApi['paths'] = {};
  for (const operation of operations) {
    const path = `/api${operation.path.replace(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: documented(operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Paydeck',
      version: manifest.version,
      description:
        'The REST API of Paydeck. It calls the same procedures as the tRPC API, with the same rules and rights. Every ' +
        'failure is `{statusCode, timestamp, path, message}`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: basePath || '/' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: namedReplySchemas(),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function documented(operation: Documented): JsonSchema {
  const { method, path, tag, summary, description, access, body, example } = operation;
  const name = `${method.toLowerCase()} ${path}`.replace(/[^a-z]+([a-z])/gi, (_, letter: string) =>
    letter.toUpperCase(),
  );
  const allowed = { anyone: '', 'signed-in': 'For all signed-in users.', admin: 'For admins only.' }[access];
  return {
    operationId: name,
    tags: [tag],
    summary,
    description: [description, allowed].filter(Boolean).join(' '),
    security: access === 'anyone' ? [] : [{ bearer: [] }],
    parameters: parametersOf(operation),
    ...(body !== undefined && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: requestSchema(body), ...exampleOf(example?.body) } },
      },
    }),
    responses: { ...replyOf(operation), ...refusalsOf(operation) },
  };
}

const exampleOf = (example: unknown) => (example === undefined ? {} : { example });

function parametersOf({ params, query, takesIdempotencyKey }: Documented): JsonSchema[] {
  const parameters: JsonSchema[] = [
    ...fieldsOf(params).map((field) => ({ ...field, in: 'path', required: true })),
    // `explode: false`: several values of one parameter are separated by commas.
    ...fieldsOf(query).map((field) => ({ ...field, in: 'query', style: 'form', explode: false })),
  ];
  if (takesIdempotencyKey) {
    parameters.push({
      name: 'Idempotency-Key',
      in: 'header',
      description:
        'A request with the same key and the same body gets the first reply again, for at least 24 hours.',
      schema: { type: 'string', pattern: idempotencyKeyPattern.source },
    });
  }
  return parameters;
}

function fieldsOf(schema: z.ZodObject | undefined): (JsonSchema & { name: string })[] {
  if (schema === undefined) return [];
  const { properties } = requestSchema(schema);
  return Object.entries(properties ?? {}).map(([name, field]: [string, JsonSchema]) => {
    const { description, ...rest } = field;
    return { name, ...(description !== undefined && { description }), schema: rest };
  });
}

function replyOf({ status, reply, produces, takesIdempotencyKey, hasEtag }: Documented): JsonSchema {
  const description = { 200: 'Success.', 201: 'Created.', 204: 'Success, without a body.' }[status];
  const json = reply === null ? {} : { 'application/json': { schema: replyReference(reply) } };
  const other = Object.entries(produces ?? {}).map(([type, example]) => [
    type,
    { schema: { type: 'string' }, example },
  ]);
  const content = { ...json, ...Object.fromEntries(other) };
  const headers = {
    ...(takesIdempotencyKey && {
      'Idempotency-Replayed': {
        description: 'Present when this is the reply to an earlier request with the same key.',
        schema: { const: 'true' },
      },
    }),
    ...(hasEtag && {
      ETag: { description: 'Send it as `If-None-Match` to ask for changes.', schema: { type: 'string' } },
    }),
  };
  return {
    [status]: {
      description,
      ...(Object.keys(content).length > 0 && { content }),
      ...(Object.keys(headers).length > 0 && { headers }),
    },
    ...(hasEtag && {
      304: { description: 'The reply that `If-None-Match` names is still current.', headers },
    }),
  };
}

function refusalsOf(operation: Documented): JsonSchema {
  const { method, params, query, access, takesIdempotencyKey, refusals } = operation;
  // This includes operations without a body, because a client may send one anyway.
  const mayHaveBody = method !== 'GET';
  const content = { 'application/json': { schema: replyReference(failure) } };
  const reasons: Record<number, string> = {
    ...((params !== undefined || query !== undefined || mayHaveBody) && {
      400: 'The input is invalid. `message` names each field and its problem.',
    }),
    ...(access !== 'anyone' && {
      401: 'The token is missing, invalid or expired, or its session has ended.',
    }),
    ...(access === 'admin' && { 403: 'Only admins may do this.' }),
    ...(mayHaveBody && {
      413: `The request body is larger than ${requestLimits.callKilobytes} kB, or than ${requestLimits.anonymousKilobytes} kB without a valid token.`,
      415: 'The request body is not application/json.',
    }),
    ...(takesIdempotencyKey && { 422: 'The idempotency key was already used for a different request.' }),
    503: 'The database is temporarily unavailable.',
    ...refusals,
  };
  const named = Object.entries(reasons).map(([status, description]) => [status, { description, content }]);
  return {
    ...Object.fromEntries(named),
    default: { description: 'Something went wrong on the server.', content },
  };
}
