import type { Step } from './journey.ts';
import type { PostmanSource } from './openapi-source.ts';

const js = (value: unknown): string => JSON.stringify(value);

/** The lines of the script that Postman runs on a reply: its documented status and shape, and what it is kept for. */
export function testScript(step: Step, source: PostmanSource, schemas: Record<string, object>): string[] {
  const [status = '', reply] = Object.entries(source.responses).find(([code]) => code.startsWith('2')) ?? [];
  const [type, content] = Object.entries(reply?.content ?? {})[0] ?? [];
  const lines = [`pm.test('status is ${status}', () => pm.response.to.have.status(${status}));`];
  if (type === undefined) {
    lines.push("pm.test('there is no body', () => pm.expect(pm.response.text()).to.eql(''));");
  } else if (type === 'application/json') {
    const shape = resolved(content?.schema, schemas);
    lines.push(`pm.test('shape is as documented', () => pm.response.to.have.jsonSchema(${js(shape)}));`);
  } else {
    const [firstLine = ''] = content?.example?.split('\r\n') ?? [];
    lines.push(
      `pm.test('type is ${type}', () => pm.expect(pm.response.headers.get('Content-Type')).to.include(${js(type)}));`,
      `pm.test('columns are as documented', () => pm.expect(pm.response.text().split('\\r\\n')[0]).to.eql(${js(firstLine)}));`,
    );
  }
  for (const [field, value] of Object.entries(step.shows ?? {})) {
    const expected = typeof value === 'string' ? `pm.variables.replaceIn(${js(value)})` : js(value);
    lines.push(
      `pm.test('${field} is right', () => pm.expect(pm.response.json().${field}).to.eql(${expected}));`,
    );
  }
  const kept = Object.entries(step.keeps ?? {}).map(
    ([variable, field]) => `  pm.collectionVariables.set('${variable}', pm.response.json().${field});`,
  );
  return kept.length === 0 ? lines : [...lines, `if (pm.response.code === ${status}) {`, ...kept, '}'];
}

/** A schema that stands alone, with what it refers to in its place, and without what only people read. */
function resolved(schema: unknown, schemas: Record<string, object>): unknown {
  if (Array.isArray(schema)) return schema.map((each) => resolved(each, schemas));
  if (typeof schema !== 'object' || schema === null) return schema;
  if ('$ref' in schema) return resolved(schemas[String(schema.$ref).split('/').at(-1) ?? ''], schemas);
  return Object.fromEntries(
    Object.entries(schema)
      .filter(
        ([keyword, value]) =>
          keyword !== 'examples' && !(keyword === 'description' && typeof value === 'string'),
      )
      .map(([keyword, value]) => [keyword, resolved(value, schemas)]),
  );
}
