import { execFile, execFileSync } from 'node:child_process';
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, type TestContext, test } from 'vitest';
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

/** The languages of LibreOffice, as its filter of CSV numbers them. */
const languages = { system: 0, english: 1033, german: 1031 } as const;

/** `numbers` are the cells that a sum counts. A text that looks like a number is none of them. */
type Sheet = { rows: string[][]; formulas: string[]; numbers: number[] };

/** Opens the CSV files of a folder in LibreOffice, split at `separator`. It evaluates formulas, as the most careless import does. */
async function openInCalc(
  folder: string,
  names: readonly string[],
  separator: string,
  language: keyof typeof languages = 'system',
): Promise<Map<string, Sheet>> {
  const read = [separator.charCodeAt(0), 34, 76, 1, '', languages[language]];
  const options = [...read, false, true, false, false, false, -1, true];
  const opened = join(folder, `${separator.charCodeAt(0)}-${language}`);
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
  const formulas = [...xml.matchAll(/table:formula="([^"]*)"/g)].map(([, formula = '']) => formula);
  const numbers = [...xml.matchAll(/office:value-type="float" office:value="([^"]*)"/g)];
  return { rows, formulas, numbers: numbers.map(([, value]) => Number(value)) };
}

const plain = (xml: string) =>
  xml
    .replaceAll(/<text:s[^>]*\/>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&apos;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

function skipWithoutLibreOffice({ skip, task }: TestContext): void {
  if (hasLibreOffice()) return;
  const note = 'no LibreOffice (soffice) on the PATH';
  process.stderr.write(`Skipped, ${note}: ${task.name}\n`);
  skip(note);
}

test('LibreOffice shows what was exported, and runs no formula, whatever separator it expects', async (context) => {
  skipWithoutLibreOffice(context);
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

test('LibreOffice in German adds up an export with decimal commas, and in English one with points', async (context) => {
  skipWithoutLibreOffice(context);
  await using server = await startTestServer();
  await using folder = await mkdtempDisposable(join(tmpdir(), 'paydeck-calc-'));
  const admin = await server.signedInClient();
  const payments = [
    { amountMinor: 119_310, currency: 'EUR' },
    { amountMinor: 5, currency: 'EUR' },
    { amountMinor: 1_250, currency: 'JPY' },
    { amountMinor: 1_234_567, currency: 'KWD' },
  ].map((money) => ({ ...money, method: 'bank_transfer' as const, receiver: 'Müller GmbH' }));
  await admin.api.payments.createMany.mutate({ payments });
  const headers = bearer(await signIn(server.url));
  for (const decimal of ['point', 'comma']) {
    const query = `columns=currency&bom=true&separator=semicolon&decimal=${decimal}`;
    const { text } = await send(`${server.url}/api/payments/export?${query}`, { headers });
    await writeFile(join(folder.path, `${decimal}.csv`), text);
  }
  const sumIn = async (language: 'german' | 'english', decimal: string) => {
    const sheets = await openInCalc(folder.path, ['point', 'comma'], ';', language);
    return sheets.get(decimal)?.numbers.reduce((sum, number) => sum + number, 0);
  };
  const sum = 1_193.1 + 0.05 + 1_250 + 1_234.567;
  expect(await sumIn('german', 'comma')).toBeCloseTo(sum, 6);
  expect(await sumIn('english', 'point')).toBeCloseTo(sum, 6);
  expect(await sumIn('german', 'point')).not.toBeCloseTo(sum, 0);
});
