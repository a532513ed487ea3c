import { fileURLToPath } from 'node:url';
import { exportDocs } from '../../src/rest/export-docs.ts';
import { openApiDocument } from '../../src/rest/openapi.ts';
import { operations } from '../../src/rest/routes.ts';
import { postmanCollection } from './collection.ts';
import { journey } from './journey.ts';

export const postmanFile = fileURLToPath(new URL('../../../../docs/postman.json', import.meta.url));

/** The text of `postmanFile` as it should be now. */
export function generatedCollection(): string {
  const document = openApiDocument([...operations, exportDocs]);
  return `${JSON.stringify(postmanCollection(document, journey), null, 2)}\n`;
}
