import { execFile, execFileSync } from 'node:child_process';
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startTestServer } from '../testing/start-test-server.ts';
import { bearer, send, signIn } from './plain-fetch.ts';

/** Whether LibreOffice is installed: Debian's package libreoffice-calc, or an installation that has `soffice` on the PATH. */
function hasLibreOffice(): boolean {
  try {
    execFileSync('soffice', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

type Sheet = { rows: string[][]; formulas: string[] };

/** Opens the CSV files of a folder in LibreOffice, split at `separator`. It evaluates formulas, as the most careless import does. */
async function openInCalc(
  folder: string,
  names: readonly string[],
  separator: string,
): Promise<Map<string, Sheet>> {
  const options = [separator.charCodeAt(0), 34, 76, 1, '', 0, false, true, false, false, false, -1, true];
  const opened = join(folder, String(separator.charCodeAt(0)));
  await promisify(execFile)('soffice', [
    `-env:UserInstallation=file://${folder}/profile`,
    '--headless',
    `--infilter=CSV:${options.join(',')}`,
    ...['--convert-to', 'fods', '--outdir', opened],
    ...names.map((name) => join(folder, `${name}.csv`)),
  ]);
  const sheets = names.map(
    async (name) => [name, sheetOf(await readFile(join(opened, `${name}.fods`), 'utf8'))] as const,
  );
  return new Map(await Promise.all(sheets));
}

/** The texts of the cells that a sheet shows, and its formulas. */
function sheetOf(xml: string): Sheet {
  const rows = [...xml.matchAll(/<table:table-row\b.*?<\/table:table-row>/gs)].map(([row]) =>
    [...row.matchAll(/<table:table-cell\b(?:[^>]*\/>|.*?<\/table:table-cell>)/gs)].map(([cell]) =>
      [...cell.matchAll(/<text:p>(.*?)<\/text:p>/gs)].map(([, line = '']) => plain(line)).join('\n'),
    ),
  );
  return { rows, formulas: [...xml.matchAll(/table:formula="([^"]*)"/g)].map(([, formula = '']) => formula) };
}

const plain = (xml: string) =>
  xml
    .replaceAll(/<text:s[^>]*\/>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&apos;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

test('LibreOffice shows what was exported, and runs no formula, whatever separator it expects', async ({
  skip,
  task,
}) => {
  if (!hasLibreOffice()) {
    const note = 'no LibreOffice (soffice) on the PATH';
    process.stderr.write(`Skipped, ${note}: ${task.name}\n`);
    skip(note);
  }
  await using server = await startTestServer();
  await using folder = await mkdtempDisposable(join(tmpdir(), 'paydeck-calc-'));
  const admin = await server.signedInClient();
  const texts = [
    'Müller & Söhne 🦊',
    '=1+1',
    'Acme;=1+2',
    'Acme,=1+3',
    'a;"=1+4"',
    'a;+1-5;@SUM(1)',
    'a\t=1+6',
  ];
  const payments = texts.map((receiver, n) => ({
    amountMinor: [125_050, 1_250, 250_615][n % 3] ?? 1,
    currency: ['HUF', 'JPY', 'KWD'][n % 3] ?? 'USD',
    method: 'credit_card' as const,
    status: 'success' as const,
    receiver,
    createdAt: new Date(Date.UTC(2026, 0, 1 + n)).toISOString(),
  }));
  await admin.api.payments.createMany.mutate({ payments });
  const headers = bearer(await signIn(server.url));

  await writeFile(join(folder.path, 'unguarded.csv'), 'A,B\r\n=1+1,Acme;=1+2\r\n');
  const separators = { comma: ',', semicolon: ';', tab: '\t' };
  for (const name of Object.keys(separators)) {
    const query = `columns=currency&bom=true&separator=${name}`;
    const { text } = await send(`${server.url}/api/payments/export?${query}`, { headers });
    await writeFile(join(folder.path, `${name}.csv`), text);
  }

  for (const [own, separator] of Object.entries(separators)) {
    const sheets = await openInCalc(folder.path, ['unguarded', ...Object.keys(separators)], separator);
    for (const name of Object.keys(separators))
      expect({ name, separator, formulas: sheets.get(name)?.formulas }).toEqual({
        name,
        separator,
        formulas: [],
      });
    if (own !== 'tab') expect(sheets.get('unguarded')?.formulas).not.toEqual([]);

    const [titles, first, second, third] = sheets.get(own)?.rows ?? [];
    expect(titles?.slice(0, 5)).toEqual(['ID', 'Amount', 'Method', 'Status', 'Receiver']);
    // Its empty description has no text.
    expect([first, second, third].map((row) => [row?.[1], row?.[6]])).toEqual([
      ['1250.5', 'HUF'],
      ['1250', 'JPY'],
      ['250.615', 'KWD'],
    ]);
    expect([first?.[4], second?.[4]]).toEqual(['Müller & Söhne 🦊', "'=1+1"]);
  }
});
