import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const sources = globSync('../**/*.ts', { cwd: import.meta.dirname })
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => ({ file, text: readFileSync(`${import.meta.dirname}/${file}`, 'utf8') }));

test('every statement that writes audit rows takes the log’s lock first', () => {
  const statements = sources.flatMap(({ file, text }) =>
    text
      .split(/(?=prepareStatement<)/)
      .filter((part) => part.includes('${insertAuditRows({'))
      .map((part) => ({
        file,
        takesLock: /sql`\s*with (\$\{lockAndClock\}|\w+ as materialized \(\s*select paydeck_)/.test(part),
      })),
  );
  expect(statements.length).toBeGreaterThan(8);
  expect(statements.filter(({ takesLock }) => !takesLock)).toEqual([]);
});
