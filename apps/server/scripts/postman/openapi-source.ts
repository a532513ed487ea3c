import { z } from 'zod';

const parameter = z.object({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  description: z.string().optional(),
});

const operation = z.object({
  operationId: z.string(),
  summary: z.string(),
  description: z.string(),
  security: z.array(z.unknown()),
  parameters: z.array(parameter),
  responses: z.record(
    z.string(),
    z.object({ content: z.record(z.string(), z.looseObject({ example: z.string().optional() })).optional() }),
  ),
});

/** The parts of the OpenAPI document that the generator reads. */
export const openApi = z.object({
  info: z.object({ title: z.string(), description: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), z.looseObject({})) }),
});

/** The parts of an operation that the generator reads, with its method and path. */
export type PostmanSource = z.output<typeof operation> & { method: string; path: string };
