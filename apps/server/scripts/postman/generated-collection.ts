import { fileURLToPath } from 'node:url';
import { openApiDocument } from '../../src/rest/openapi/document.ts';
import { documentedOperations } from '../../src/rest/routes.ts';
import { postmanCollection } from './collection.ts';
import { journey } from './journey.ts';

export const postmanFile = fileURLToPath(new URL('../../../../docs/postman.json', import.meta.url));

/** The text that `postmanFile` must have. */
export function generatedCollection(): string {
  const document = openApiDocument(documentedOperations);
  return `${JSON.stringify(postmanCollection(document, journey), null, 2)}\n`;
}
