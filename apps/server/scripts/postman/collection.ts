import type { Chapter, Step } from './journey.ts';
import { openApi, type PostmanSource } from './openapi-source.ts';
import { testScript } from './test-script.ts';

const variables = {
  base_url: 'http://localhost:3000/api',
  jwt_token: '',
  refresh_token: '',
  username: 'admin',
  password: 'admin123',
  payment_id: '',
  user_id: '',
  session_id: '',
  api_key_id: '',
};

const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';

/**
 * Makes a Postman collection (format 2.1) from an OpenAPI document, with the requests in the order of the journey. Throws
 * unless the journey has every operation of the document, once or in steps that say that they are repeated.
 */
export function postmanCollection(document: unknown, journey: readonly Chapter[]): object {
  const { info, paths, components } = openApi.parse(document);
  const operations = Object.entries(paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([method, operation]) => ({
      ...operation,
      path,
      method: method.toUpperCase(),
    })),
  );
  const all = new Map(operations.map((operation) => [operation.operationId, operation]));
  const left = new Map(all);
  const item = journey.map(({ name, steps }) => ({
    name,
    item: steps.map((step) => {
      const source = (step.isRepeated ? all : left).get(step.operationId);
      if (source === undefined)
        throw new Error(`The journey must name operations of the document, each once: ${step.operationId}.`);
      left.delete(step.operationId);
      return requestItem(step, source, components.schemas);
    }),
  }));
  if (left.size > 0)
    throw new Error(`The journey must also have ${[...left.keys()].join(', ')}. Add it to journey.ts.`);
  return {
    info: { name: `${info.title} API`, description: info.description, schema },
    auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{jwt_token}}', type: 'string' }] },
    variable: Object.entries(variables).map(([key, value]) => ({ key, value })),
    item,
  };
}

function requestItem(step: Step, source: PostmanSource, schemas: Record<string, object>): object {
  const { method, parameters, security, summary, description } = source;
  const { body } = step;
  const header = parameters
    .filter((each) => each.in === 'header')
    .map(({ name, description }) => ({ key: name, value: '{{$guid}}', description }));
  return {
    name: summary,
    request: {
      description,
      method,
      ...(security.length === 0 && { auth: { type: 'noauth' } }),
      header: [
        ...(body === undefined ? [] : [{ key: 'Content-Type', value: 'application/json' }]),
        ...header,
      ],
      url: requestUrl(step, source),
      ...(body !== undefined && {
        body: {
          mode: 'raw',
          raw: JSON.stringify(body, null, 2),
          options: { raw: { language: 'json' } },
        },
      }),
    },
    event: [
      {
        listen: 'test',
        script: { type: 'text/javascript', exec: testScript(step, source, schemas) },
      },
    ],
    response: [],
  };
}

function requestUrl({ params, query = {} }: Step, { path, parameters }: PostmanSource): object {
  const segments = path
    .replace(/^\/api\//, '')
    .replaceAll(/\{(\w+)\}/g, ':$1')
    .split('/');
  const ofQuery = parameters.filter((each) => each.in === 'query');
  const sent = new Set(Object.keys(query));
  const variable = parameters
    .filter((each) => each.in === 'path')
    .map(({ name }) => ({ key: name, value: params?.[name] ?? '' }));
  return {
    raw: `{{base_url}}/${segments.join('/')}${sent.size > 0 ? `?${new URLSearchParams(query)}` : ''}`,
    host: ['{{base_url}}'],
    path: segments,
    ...(ofQuery.length > 0 && {
      query: ofQuery.map(({ name, description }) => ({
        key: name,
        value: query[name] ?? '',
        ...(description !== undefined && { description }),
        ...(!sent.has(name) && { disabled: true }),
      })),
    }),
    ...(variable.length > 0 && { variable }),
  };
}
