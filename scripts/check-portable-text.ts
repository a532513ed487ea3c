/**
 * Holds committed text to what is true on every machine: no path of the computer that it was written on, and no
 * host that packages were once fetched from.
 */
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
  if (path !== null) return `${path[0]} is a path of one machine`;
  // A lockfile names an address only where a registry's answer was recorded (or a package was deprecated).
  const isRecorded = file === 'pnpm-lock.yaml' && !line.trimStart().startsWith('deprecated:');
  const host = isRecorded ? anyAddress.exec(line) : registryHost.exec(line);
  return host === null ? null : `${host[0]} is where one machine gets its packages`;
}
