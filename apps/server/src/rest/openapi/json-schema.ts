import { z } from 'zod';
import { majorName } from '../major-units.ts';
import { answers } from './answers.ts';
import { examples } from './examples.ts';

export type JsonSchema = { [keyword: string]: unknown };

const toJsonSchema = {
  // Dates are the only thing that JSON does not have; they are written as text.
  unrepresentable: 'any',
  override: ({ zodSchema, jsonSchema }) => {
    if (zodSchema._zod.def.type === 'date')
      Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
  },
} as const satisfies Parameters<typeof z.toJSONSchema>[1];

/** A shape that a request is read by. */
export function requestSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _version, ...json } = z.toJSONSchema(schema, { ...toJsonSchema, io: 'input' });
  return tidied(json);
}

const refTo = (id: string) => `#/components/schemas/${id}`;

/** All named shapes of answers, as REST writes them: amounts in major units. */
export function answerSchemas(): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(answers, { ...toJsonSchema, io: 'output', uri: refTo });
  const named = new Map(Object.entries(examples));
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _version, $id: _id, ...json }]) => {
      const example = named.get(id);
      return [id, { ...inMajorUnits(tidied(json)), ...(example && { examples: [example] }) }];
    }),
  );
}

/** A reference to an answer's named shape. Throws for one without a name. */
export function answerReference(schema: z.ZodType): JsonSchema {
  const id = answers.get(schema)?.id;
  if (id === undefined) throw new Error('Every answer has a named shape: add it to answers.ts.');
  return { $ref: refTo(id) };
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Applies a change to a schema and to all schemas in it, the inner ones first. */
function mapSchemas(schema: JsonSchema, change: (schema: JsonSchema) => JsonSchema): JsonSchema {
  const map = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(map);
    return isSchema(value) ? mapSchemas(value, change) : value;
  };
  const { properties, items, anyOf, allOf, oneOf, ...keywords } = schema;
  const inner = Object.entries({ items, anyOf, allOf, oneOf }).flatMap(([keyword, value]) =>
    value === undefined ? [] : [[keyword, map(value)]],
  );
  const named = isSchema(properties)
    ? {
        properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, map(value)])),
      }
    : {};
  return change({ ...keywords, ...Object.fromEntries(inner), ...named });
}

/** Without what only says that a number is safe, and without patterns that repeat a format. */
const tidied = (schema: JsonSchema): JsonSchema =>
  mapSchemas(schema, ({ pattern, ...own }) =>
    Object.fromEntries(
      Object.entries({
        ...own,
        ...(own.format === undefined && pattern !== undefined && { pattern }),
      }).filter(
        ([keyword, value]) =>
          !(/imum$/i.test(keyword) && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER),
      ),
    ),
  );

/** As `inMajorUnits` does to the answers themselves. Held by openapi.test.ts. */
const inMajorUnits = (schema: JsonSchema): JsonSchema =>
  mapSchemas(schema, ({ properties, required, ...own }) => {
    if (!isSchema(properties)) return { ...own, ...(required !== undefined && { required }) };
    const renamed = Object.entries(properties).map(([name, value]) =>
      name.endsWith('Minor')
        ? [majorName(name), { type: 'number', description: 'In major units.' }]
        : [name, value],
    );
    return {
      ...own,
      properties: Object.fromEntries(renamed),
      ...(Array.isArray(required) && { required: required.map((name) => majorName(String(name))) }),
    };
  });
