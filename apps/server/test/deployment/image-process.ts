import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { endChildWithThisProcess } from '@paydeck/db/testing/end-with-this-process';
import type { BuiltImage } from './dockerfile-build.ts';

/** The ids of the user `node` in the official images of Node. */
const imageUser = { uid: 1000, gid: 1000 };

type Ended = { code: number | null; output: string };
export type ImageProcess = AsyncDisposable & {
  output(): string;
  /** Resolves once the output matches; rejects when the process ends before. */
  printed(pattern: RegExp): Promise<void>;
  ended: Promise<Ended>;
  child: ChildProcess;
};

/** Runs a command of the image in its folder with only its PATH; as its user if this process may change users. */
export function startInImage(
  image: BuiltImage,
  [program = '', ...args]: readonly string[],
  env: Record<string, string>,
): ImageProcess {
  const child = spawn(join(image.root, 'bin', program), args, {
    cwd: image.workdir,
    env: { PATH: join(image.root, 'bin'), ...image.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(process.getuid?.() === 0 ? imageUser : {}),
  });
  endChildWithThisProcess(child);
  let output = '';
  const changed = new EventTarget();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      changed.dispatchEvent(new Event('change'));
    });
  }
  let isOver = false;
  const ended = once(child, 'close').then(([code]: (number | null)[]): Ended => {
    isOver = true;
    changed.dispatchEvent(new Event('change'));
    return { code: code ?? null, output };
  });
  // A failure to start is reported to callers that await `ended`. It must not end this process.
  ended.catch(() => {});
  return {
    child,
    output: () => output,
    ended,
    printed: async (pattern) => {
      while (!pattern.test(output)) {
        if (isOver)
          throw new Error(
            `The process ended with ${child.exitCode} before it printed ${pattern}:\n${output}`,
          );
        await Promise.race([
          new Promise((resolve) => changed.addEventListener('change', resolve, { once: true })),
          ended,
        ]);
      }
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended.catch(() => {});
    },
  };
}

/** The reason why this process can't run the image as the image's user; null when it can. */
export async function obstacleToImageUser(image: BuiltImage): Promise<string | null> {
  try {
    const { code, output } = await startInImage(image, ['node', '--version'], {}).ended;
    return code === 0 ? null : output;
  } catch (error) {
    return `The image's user (uid ${imageUser.uid}) can't run in ${image.root}: ${String(error)}`;
  }
}
