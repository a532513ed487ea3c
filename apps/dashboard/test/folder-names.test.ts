import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { pageFolder } from '../build/page-files.ts';

test.for(['C#', 'what?'])('the build of the page refuses a folder named "%s", and says why', async (name) => {
  const top = await mkdtemp(join(tmpdir(), 'paydeck-folder-'));
  try {
    const folder = join(top, name);
    await mkdir(folder);
    for (const entry of ['build', 'package.json'])
      await cp(join(pageFolder, entry), join(folder, entry), { recursive: true });
    await symlink(join(pageFolder, 'node_modules'), join(folder, 'node_modules'));
    const building = promisify(execFile)(process.execPath, [join(folder, 'build', 'build-page.ts')]);
    await expect(building).rejects.toMatchObject({
      code: 1,
      stderr: `The page can't be built in ${folder}/: the path must not contain # or ?. Rename the folder, or move Paydeck to another one.\n`,
    });
  } finally {
    await rm(top, { recursive: true });
  }
});
