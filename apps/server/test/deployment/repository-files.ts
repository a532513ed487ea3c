import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const repository = fileURLToPath(new URL('../../../../', import.meta.url));

export const readText = (path: string) => readFile(join(repository, path), 'utf8');
