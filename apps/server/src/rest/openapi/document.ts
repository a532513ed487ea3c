import type { z } from 'zod';
import manifest from '../../../package.json' with { type: 'json' };
import type { OperationDocs } from '../operation.ts';
import { failure } from '../shapes.ts';
import { answerReference, answerSchemas, type JsonSchema, requestSchema } from './json-schema.ts';

/** An operation as far as its documentation goes. */
export type Documented = OperationDocs & {
  params?: z.ZodObject | undefined;
  query?: z.ZodObject | undefined;
  body?: z.ZodType | undefined;
  reply: z.ZodType | null;
  /** The media types of a reply that is no JSON, with an example of each. */
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
  auth: 'Signing in and out. `POST /api/auth/login` gives the token to authorize with.',
  payments: 'Recording, finding and exporting payments. Amounts are JSON numbers in major units.',
  stats: 'Exact figures of one currency, by the calendar of any time zone.',
  users: 'Who may do what. For admins.',
  'api-keys': 'What scripts authorize with, in place of the token of a login. For admins who signed in.',
};

/** The OpenAPI 3.1 document of the operations, from the schemas that they read and answer with. */
export function openApiDocument(operations: readonly Documented[]): OpenApi {
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
        'The REST adapter of Paydeck: the same procedures, rules and rights as its tRPC API, in the wire shapes of ' +
        'the payment dashboard. Every failure is `{statusCode, timestamp, path, message}`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: answerSchemas(),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function documented(operation: Documented): JsonSchema {
  const { method, path, tag, summary, description, access, body, example } = operation;
  const name = `${method.toLowerCase()} ${path}`.replace(/[^a-z]+([a-z])/gi, (_, letter: string) =>
    letter.toUpperCase(),
  );
  const allowed = { anyone: '', 'signed-in': 'For whoever is signed in.', admin: 'For admins.' }[access];
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
    responses: { ...answerOf(operation), ...refusalsOf(operation) },
  };
}

const exampleOf = (example: unknown) => (example === undefined ? {} : { example });

function parametersOf({ params, query, takesIdempotencyKey }: Documented): JsonSchema[] {
  const parameters: JsonSchema[] = [
    ...fieldsOf(params).map((field) => ({ ...field, in: 'path', required: true })),
    // Several values of one parameter go with commas.
    ...fieldsOf(query).map((field) => ({ ...field, in: 'query', style: 'form', explode: false })),
  ];
  if (takesIdempotencyKey) {
    parameters.push({
      name: 'Idempotency-Key',
      in: 'header',
      description: 'The same key with the same body gives the first answer again, for at least 24 hours.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
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

function answerOf({ status, reply, produces, takesIdempotencyKey }: Documented): JsonSchema {
  const description = { 200: 'Done.', 201: 'Created.', 204: 'Done; there is no body.' }[status];
  const json = reply === null ? {} : { 'application/json': { schema: answerReference(reply) } };
  const other = Object.entries(produces ?? {}).map(([type, example]) => [
    type,
    { schema: { type: 'string' }, example },
  ]);
  const content = { ...json, ...Object.fromEntries(other) };
  const headers = {
    'Idempotency-Replayed': {
      description: 'There when this is the answer that the first request with the key got.',
      schema: { const: 'true' },
    },
  };
  return {
    [status]: {
      description,
      ...(Object.keys(content).length > 0 && { content }),
      ...(takesIdempotencyKey && { headers }),
    },
  };
}

function refusalsOf(operation: Documented): JsonSchema {
  const { method, params, query, access, takesIdempotencyKey, refusals } = operation;
  // One without a body of its own refuses what is sent nevertheless, and is no JSON.
  const mayComeWithBody = method !== 'GET';
  const content = { 'application/json': { schema: answerReference(failure) } };
  const reasons: Record<number, string> = {
    ...((params !== undefined || query !== undefined || mayComeWithBody) && {
      400: 'The input is wrong; `message` names each field and its problem.',
    }),
    ...(access !== 'anyone' && { 401: 'Not signed in, or the token or its session has ended.' }),
    ...(access === 'admin' && { 403: 'Only an admin may do this.' }),
    ...(mayComeWithBody && {
      413: 'The request is larger than 4 MB.',
      415: 'The body is not application/json.',
    }),
    ...(takesIdempotencyKey && { 422: 'The idempotency key was used for a different request.' }),
    503: 'The database is unavailable.',
    ...refusals,
  };
  const named = Object.entries(reasons).map(([status, description]) => [status, { description, content }]);
  return { ...Object.fromEntries(named), default: { description: 'Something went wrong here.', content } };
}
