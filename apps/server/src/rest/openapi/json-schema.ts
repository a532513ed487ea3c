import { z } from 'zod';
import { majorName } from '../major-units.ts';
import { examples } from './examples.ts';
import { replySchemas } from './reply-schemas.ts';

export type JsonSchema = { [keyword: string]: unknown };

const toJsonSchema = {
  // Dates are the only type in the schemas that JSON lacks. They become text.
  unrepresentable: 'any',
  override: ({ zodSchema, jsonSchema }) => {
    if (zodSchema._zod.def.type === 'date')
      Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
  },
} as const satisfies Parameters<typeof z.toJSONSchema>[1];

/** The JSON Schema of a part of a request. */
export function requestSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _version, ...json } = z.toJSONSchema(schema, { ...toJsonSchema, io: 'input' });
  return tidied(json);
}

const refTo = (id: string) => `#/components/schemas/${id}`;

/** The JSON Schemas of all replies by name, with amounts in major units. */
export function namedReplySchemas(): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(replySchemas, { ...toJsonSchema, io: 'output', uri: refTo });
  const named = new Map(Object.entries(examples));
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _version, $id: _id, ...json }]) => {
      const example = named.get(id);
      return [id, { ...inMajorUnits(tidied(json)), ...(example && { examples: [example] }) }];
    }),
  );
}

/** A reference to the schema of a reply. Throws when `replySchemas` does not hold it. */
export function replyReference(schema: z.ZodType): JsonSchema {
  const id = replySchemas.get(schema)?.id;
  if (id === undefined) throw new Error('Every reply must have a named schema. Add it to reply-schemas.ts.');
  return { $ref: refTo(id) };
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Applies a change to all schemas inside a schema, then to the schema itself. */
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

/** Drops limits that only say that a number is a safe integer, and patterns that repeat a format. */
const tidied = (schema: JsonSchema): JsonSchema =>
  mapSchemas(schema, ({ pattern, ...keywords }) =>
    Object.fromEntries(
      Object.entries({
        ...keywords,
        ...(keywords.format === undefined && pattern !== undefined && { pattern }),
      }).filter(
        ([keyword, value]) =>
          !(/imum$/i.test(keyword) && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER),
      ),
    ),
  );

/** Renames fields as `inMajorUnits` does in the replies themselves. Tested by openapi.test.ts. */
const inMajorUnits = (schema: JsonSchema): JsonSchema =>
  mapSchemas(schema, ({ properties, required, ...keywords }) => {
    if (!isSchema(properties)) return { ...keywords, ...(required !== undefined && { required }) };
    const renamed = Object.entries(properties).map(([name, value]) =>
      name.endsWith('Minor')
        ? [majorName(name), { type: 'number', description: 'In major units.' }]
        : [name, value],
    );
    return {
      ...keywords,
      properties: Object.fromEntries(renamed),
      ...(Array.isArray(required) && { required: required.map((name) => majorName(String(name))) }),
    };
  });
