import type { FastifyServerOptions } from 'fastify';

const refuse = () => () => () => {
  throw new Error('A route must not have a JSON Schema. Check its input with zod.');
};

/**
 * In place of Fastify's compilers of JSON Schemas, which would load Ajv and 120 other modules at each start. No route has a
 * JSON Schema: the procedures check inputs and outputs with zod.
 */
export const noSchemaCompilers = {
  compilersFactory: { buildValidator: refuse, buildSerializer: refuse },
} satisfies FastifyServerOptions['schemaController'];
