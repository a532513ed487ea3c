import { execFile } from 'node:child_process';
import { copyFile, cp, link, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Copy, DockerfileParser, From, type Instruction, ModifiableInstruction } from 'dockerfile-ast';
import { z } from 'zod';

/** The files and settings that a container of the image would start with. The files are in a folder of this machine. */
export type BuiltImage = {
  root: string;
  workdir: string;
  env: Readonly<Record<string, string>>;
  user: string | null;
  command: string[];
  healthCheck: string[];
};

type Stage = BuiltImage & { name: string | null };

// The package's types describe an ES module, but it is CommonJS.
const dockerignore: typeof import('@balena/dockerignore').default = createRequire(import.meta.url)(
  '@balena/dockerignore',
);

/** The arguments of an instruction in its exec form (a JSON array). Throws for the shell form. */
export function execForm(instruction: Instruction): string[] {
  return z
    .array(z.string())
    .parse(JSON.parse(instruction.getArgumentsContent()?.replace(/^CMD\s+/, '') ?? ''));
}

export const flagOf = (instruction: Instruction, name: string) =>
  instruction instanceof ModifiableInstruction
    ? instruction
        .getFlags()
        .find((flag) => flag.getName() === name)
        ?.getValue()
    : undefined;

/**
 * Runs the steps of `context`/Dockerfile as `docker build` would, with a folder below `into` for each stage. COPY copies
 * from another stage, or from the context without what .dockerignore leaves out. RUN runs in the stage's folder, on this
 * machine and with this Node in place of the base image. Throws for an instruction that it does not know. Returns the
 * last stage.
 */
export async function buildImage({ context, into }: { context: string; into: string }): Promise<BuiltImage> {
  const dockerfile = DockerfileParser.parse(await readFile(join(context, 'Dockerfile'), 'utf8'));
  const ignored = dockerignore().add(await readFile(join(context, '.dockerignore'), 'utf8'));
  const stages: Stage[] = [];
  for (const instruction of dockerfile.getInstructions()) {
    if (instruction instanceof From) {
      const root = join(into, `stage-${stages.length}`);
      await mkdir(join(root, 'bin'), { recursive: true });
      const node = join(root, 'bin', 'node');
      await link(process.execPath, node).catch(() => copyFile(process.execPath, node));
      const name = instruction.getBuildStage();
      stages.push({ name, root, workdir: root, env: {}, user: null, command: [], healthCheck: [] });
      continue;
    }
    const stage = stages.pop();
    if (stage === undefined) throw new Error(`FROM must come before ${instruction.toString()}.`);
    const others: readonly Stage[] = [...stages];
    stages.push({ ...stage, ...(await runStep(instruction, stage, { context, ignored, others })) });
  }
  const image = stages.at(-1);
  if (image === undefined) throw new Error('The Dockerfile must have a FROM.');
  return image;
}

type BuildInputs = {
  context: string;
  ignored: ReturnType<typeof dockerignore>;
  others: readonly Stage[];
};

async function runStep(instruction: Instruction, stage: Stage, inputs: BuildInputs): Promise<Partial<Stage>> {
  const words = instruction.getArguments().map((argument) => argument.getValue());
  const content = instruction.getArgumentsContent() ?? '';
  switch (instruction.getKeyword()) {
    case 'WORKDIR': {
      const workdir = join(stage.root, content);
      await mkdir(workdir, { recursive: true });
      return { workdir };
    }
    case 'ENV':
      return { env: { ...stage.env, ...Object.fromEntries(words.map((word) => assignment(word))) } };
    case 'COPY':
      await copy(instruction, words, stage, inputs);
      return {};
    case 'RUN':
      await run(content, stage);
      return {};
    case 'USER':
      return { user: content };
    case 'EXPOSE':
      return {};
    case 'HEALTHCHECK':
      return { healthCheck: execForm(instruction) };
    case 'CMD':
      return { command: execForm(instruction) };
    default:
      throw new Error(`buildImage does not know the instruction ${instruction.getKeyword()}. Add it there.`);
  }
}

function assignment(word: string): [string, string] {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)];
}

async function copy(
  instruction: Instruction,
  words: readonly string[],
  stage: Stage,
  { context, ignored, others }: BuildInputs,
): Promise<void> {
  const from = instruction instanceof Copy ? flagOf(instruction, 'from') : undefined;
  const source = from === undefined ? null : others.find(({ name }) => name === from);
  if (source === undefined)
    throw new Error(`COPY --from=${from}: the Dockerfile has no stage with that name.`);
  const target = words.at(-1) ?? '';
  for (const word of words.slice(0, -1)) {
    const path = source === null ? join(context, word) : join(source.root, word);
    const isLeftOut = (inside: string) =>
      source === null && ignored.ignores(inside.slice(resolve(context).length + 1));
    const isFolder = (await stat(path)).isDirectory();
    if (!isFolder && isLeftOut(path)) throw new Error(`COPY needs ${word}, but .dockerignore leaves it out.`);
    const into = resolve(stage.workdir, target, isFolder ? '' : basename(word));
    await mkdir(dirname(into), { recursive: true });
    if (source !== null) {
      // Moving is faster than copying, and possible: the Dockerfile copies each path only once.
      await rm(into, { recursive: true, force: true });
      await rename(path, into);
    } else {
      const filter = (inside: string) => inside === path || !isLeftOut(inside);
      await cp(path, into, { recursive: true, verbatimSymlinks: true, filter });
    }
  }
}

/** Runs a command offline, with the packages that this machine has; with the registry only if that fails. */
async function run(command: string, { workdir, env }: Stage): Promise<void> {
  // A build does not have the variables that the test runner has set.
  const setByTestRunner = /^(NODE_|VITEST|TEST$|DEV$|PROD$|MODE$)/;
  const inherited = Object.entries(process.env).filter(([name]) => !setByTestRunner.test(name));
  const runWith = (more: Record<string, string>) =>
    promisify(execFile)('sh', ['-c', command], {
      cwd: workdir,
      env: { ...Object.fromEntries(inherited), ...env, ...more },
      maxBuffer: 16 * 1024 * 1024,
    });
  try {
    await runWith({ npm_config_offline: 'true', pnpm_config_offline: 'true' }).catch(() => runWith({}));
  } catch (cause) {
    const output = z.object({ stdout: z.string(), stderr: z.string() }).safeParse(cause).data;
    throw new Error(`RUN ${command} failed:\n${output?.stdout}\n${output?.stderr}`, { cause });
  }
}
