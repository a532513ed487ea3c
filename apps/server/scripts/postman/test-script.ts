import type { Step } from './journey.ts';
import type { PostmanSource } from './openapi-source.ts';

const js = (value: unknown): string => JSON.stringify(value);

/** The lines of the script that Postman runs on a reply. It checks status and shape, and sets collection variables. */
export function testScript(step: Step, source: PostmanSource, schemas: Record<string, object>): string[] {
  const [status = '', reply] =
    Object.entries(source.responses).find(([code]) =>
      step.refused === undefined ? code.startsWith('2') : code === String(step.refused),
    ) ?? [];
  const [type, content] = Object.entries(reply?.content ?? {})[0] ?? [];
  const lines = [`pm.test('the status is ${status}', () => pm.response.to.have.status(${status}));`];
  if (type === undefined) {
    lines.push("pm.test('the reply has no body', () => pm.expect(pm.response.text()).to.eql(''));");
  } else if (type === 'application/json') {
    const shape = selfContained(content?.schema, schemas);
    lines.push(
      `pm.test('the reply has the documented shape', () => pm.response.to.have.jsonSchema(${js(shape)}));`,
    );
  } else {
    const [firstLine = ''] = content?.example?.split('\r\n') ?? [];
    lines.push(
      `pm.test('the type is ${type}', () => pm.expect(pm.response.headers.get('Content-Type')).to.include(${js(type)}));`,
      `pm.test('the columns are as documented', () => pm.expect(pm.response.text().split('\\r\\n')[0]).to.eql(${js(firstLine)}));`,
    );
  }
  for (const [field, value] of Object.entries(step.expects ?? {})) {
    const expected = typeof value === 'string' ? `pm.variables.replaceIn(${js(value)})` : js(value);
    lines.push(
      `pm.test('${field} is as expected', () => pm.expect(pm.response.json().${field}).to.eql(${expected}));`,
    );
  }
  const settings = Object.entries(step.sets ?? {}).map(
    ([variable, field]) => `  pm.collectionVariables.set('${variable}', pm.response.json().${field});`,
  );
  return settings.length === 0
    ? lines
    : [...lines, `if (pm.response.code === ${status}) {`, ...settings, '}'];
}

/** A schema without references, examples and descriptions: references are replaced by their schemas. */
function selfContained(schema: unknown, schemas: Record<string, object>): unknown {
  if (Array.isArray(schema)) return schema.map((each) => selfContained(each, schemas));
  if (typeof schema !== 'object' || schema === null) return schema;
  if ('$ref' in schema) return selfContained(schemas[String(schema.$ref).split('/').at(-1) ?? ''], schemas);
  return Object.fromEntries(
    Object.entries(schema)
      .filter(
        ([keyword, value]) =>
          keyword !== 'examples' && !(keyword === 'description' && typeof value === 'string'),
      )
      .map(([keyword, value]) => [keyword, selfContained(value, schemas)]),
  );
}
