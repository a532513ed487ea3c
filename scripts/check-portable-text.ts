/** Checks that no file names a path or a package registry of the machine that it was written on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles, root } from './list-files.ts';

const machinePath = /(?<![\w.:~-])(?:\/(?:work|root)\/|\/(?:home|Users)\/[a-z_][\w.-]*)/;
const registryHost = /\bhttps?:\/\/[^\s/'"]*(?:registry|artifactory|verdaccio|nexus|jfrog)[^\s/'"]*/i;
const anyAddress = /\bhttps?:\/\/[^\s'"]+/;

const faults = listFiles().flatMap((file) => {
  const bytes = readFileSync(join(root, file));
  if (bytes.includes(0)) return [];
  return bytes
    .toString()
    .split('\n')
    .flatMap((line, index) => {
      const fault = findFault(file, line);
      return fault === null ? [] : [`${file}:${index + 1}: ${fault}`];
    });
});
for (const fault of faults) console.log(fault);
process.exitCode = faults.length > 0 ? 1 : 0;

function findFault(file: string, line: string): string | null {
  const path = machinePath.exec(line);
  if (path !== null) return `${path[0]} exists on one machine only; write a relative path`;
  // In the lockfile every address comes from a registry, except in the messages of deprecated packages.
  const isFromRegistry = file === 'pnpm-lock.yaml' && !line.trimStart().startsWith('deprecated:');
  const host = isFromRegistry ? anyAddress.exec(line) : registryHost.exec(line);
  return host === null ? null : `${host[0]} is a registry of one machine; leave it out`;
}
