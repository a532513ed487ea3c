import { execFile } from 'node:child_process';
import { copyFile, cp, link, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Copy, DockerfileParser, From, type Instruction, ModifiableInstruction } from 'dockerfile-ast';
import { z } from 'zod';

/** What a container of the image would start from, in a folder of this machine. */
export type RunImage = {
  root: string;
  workdir: string;
  env: Readonly<Record<string, string>>;
  user: string | null;
  command: string[];
  healthCheck: string[];
};

type Stage = RunImage & { name: string | null };
type Recipe = { context: string; into: string };

// The types of the package describe an ES module, which it is not.
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
 * Takes the steps of `context`/Dockerfile in folders below `into`, one for each stage, as `docker build` would: COPY
 * from the context as .dockerignore leaves it or from a stage, RUN in the stage's folder. Each base image is this
 * machine with this Node; a step it does not know it throws for. Gives the last stage.
 */
export async function takeSteps({ context, into }: Recipe): Promise<RunImage> {
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
    if (stage === undefined) throw new Error(`${instruction.toString()} comes before any FROM.`);
    const others: readonly Stage[] = [...stages];
    stages.push({ ...stage, ...(await takeStep(instruction, stage, { context, ignored, others })) });
  }
  const image = stages.at(-1);
  if (image === undefined) throw new Error('The Dockerfile has no FROM.');
  return image;
}

type Surroundings = {
  context: string;
  ignored: ReturnType<typeof dockerignore>;
  others: readonly Stage[];
};

async function takeStep(
  instruction: Instruction,
  stage: Stage,
  surroundings: Surroundings,
): Promise<Partial<Stage>> {
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
      await copy(instruction, words, stage, surroundings);
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
      throw new Error(`Teach this test what ${instruction.getKeyword()} does.`);
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
  { context, ignored, others }: Surroundings,
): Promise<void> {
  const from = instruction instanceof Copy ? flagOf(instruction, 'from') : undefined;
  const source = from === undefined ? null : others.find(({ name }) => name === from);
  if (source === undefined) throw new Error(`COPY --from=${from}: there is no such stage.`);
  const target = words.at(-1) ?? '';
  for (const word of words.slice(0, -1)) {
    const path = source === null ? join(context, word) : join(source.root, word);
    const isLeftOut = (inside: string) =>
      source === null && ignored.ignores(inside.slice(resolve(context).length + 1));
    const isFolder = (await stat(path)).isDirectory();
    if (!isFolder && isLeftOut(path)) throw new Error(`.dockerignore leaves ${word} out, which COPY names.`);
    const into = resolve(stage.workdir, target, isFolder ? '' : basename(word));
    await mkdir(dirname(into), { recursive: true });
    if (source !== null) {
      // Moved, which is quicker: no stage is copied from twice.
      await rm(into, { recursive: true, force: true });
      await rename(path, into);
    } else {
      const filter = (inside: string) => inside === path || !isLeftOut(inside);
      await cp(path, into, { recursive: true, verbatimSymlinks: true, filter });
    }
  }
}

/** From what this machine already has; only where that is not all, from the registry. */
async function run(command: string, { workdir, env }: Stage): Promise<void> {
  // What this run of the tests set for itself is not there in a build.
  const ofTheTests = /^(NODE_|VITEST|TEST$|DEV$|PROD$|MODE$)/;
  const inherited = Object.entries(process.env).filter(([name]) => !ofTheTests.test(name));
  const take = (more: Record<string, string>) =>
    promisify(execFile)('sh', ['-c', command], {
      cwd: workdir,
      env: { ...Object.fromEntries(inherited), ...env, ...more },
      maxBuffer: 16 * 1024 * 1024,
    });
  try {
    await take({ npm_config_offline: 'true', pnpm_config_offline: 'true' }).catch(() => take({}));
  } catch (cause) {
    const output = z.object({ stdout: z.string(), stderr: z.string() }).safeParse(cause).data;
    throw new Error(`RUN ${command} failed:\n${output?.stdout}\n${output?.stderr}`, { cause });
  }
}
