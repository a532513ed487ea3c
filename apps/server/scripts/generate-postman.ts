/** `pnpm docs:postman`: writes docs/postman.json from the OpenAPI document. */
import { writeFileSync } from 'node:fs';
import { generatedCollection, postmanFile } from './postman/generated-collection.ts';

writeFileSync(postmanFile, generatedCollection());
