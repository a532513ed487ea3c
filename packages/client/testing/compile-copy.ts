import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A copy of some packages, to change and compile. Disposing deletes it. */
export type WorkspaceCopy = AsyncDisposable & {
  /** Changes all sources below the given paths, such as `packages/db/src`. */
  change(paths: readonly string[], change: (source: string) => string): Promise<void>;
  write(path: string, text: string): Promise<void>;
  /** Compiles the project in a folder, by default the root. Resolves with the errors, one line each: `file(line,column): …`. */
  compile(project?: string): Promise<string[]>;
};

/**
 * Copies the sources of packages, given as folders such as `packages/api`, into the new folder `home`. Their dependencies
 * become links: to the copy if the package was copied, otherwise to the original.
 */
export async function copyWorkspace(home: string, packages: readonly string[]): Promise<WorkspaceCopy> {
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  await cp(join(root, 'tsconfig.base.json'), join(home, 'tsconfig.base.json'));
  for (const folder of packages) await copyPackage(folder, home, packages);
  return {
    change: async (paths, change) => {
      for (const path of paths) await changeSources(join(home, path), change);
    },
    write: (path, text) => writeFile(join(home, path), text),
    compile: async (project = '.') => {
      const tsc = join(root, 'node_modules/.bin/tsc');
      const args = ['-p', project, '--pretty', 'false'];
      const { stdout } = await promisify(execFile)(tsc, args, { cwd: home }).catch(
        (failure: { stdout: string }) => failure,
      );
      return stdout.split('\n').filter((line) => line.includes('error TS'));
    },
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
}

async function copyPackage(folder: string, home: string, packages: readonly string[]): Promise<void> {
  const [from, to] = [join(root, folder), join(home, folder)];
  await mkdir(join(to, 'node_modules/@paydeck'), { recursive: true });
  for (const name of ['package.json', 'tsconfig.json', 'src']) {
    await cp(join(from, name), join(to, name), { recursive: true });
  }
  for (const dependency of await dependenciesIn(join(from, 'node_modules'))) {
    const copied = packages.find((other) => dependency === other.replace(/^\w+\//, '@paydeck/'));
    const target =
      copied === undefined ? await realpath(join(from, 'node_modules', dependency)) : join(home, copied);
    const link = join(to, 'node_modules', dependency);
    await mkdir(dirname(link), { recursive: true });
    await symlink(target, link);
  }
}

async function dependenciesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const name of await readdir(folder)) {
    if (name.startsWith('.')) continue;
    if (!name.startsWith('@')) names.push(name);
    else for (const inner of await readdir(join(folder, name))) names.push(`${name}/${inner}`);
  }
  return names;
}

async function changeSources(path: string, change: (source: string) => string): Promise<void> {
  if (path.endsWith('.ts')) return writeFile(path, change(await readFile(path, 'utf8')));
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory() || entry.name.endsWith('.ts'))
      await changeSources(join(path, entry.name), change);
  }
}
