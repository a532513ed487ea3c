import { Command, Option } from 'commander';
import { expect, test } from 'vitest';
import { suggest } from './suggest.ts';

const program = new Command('paydeck');
const payments = program.command('payments').description('work with payments');
payments
  .command('list')
  .description('list payments')
  .addOption(new Option('--status <names>').choices(['pending', 'success', 'failed']).argParser(String))
  .option('--search <text>')
  .option('-o, --output <file>')
  .option('--json', 'print JSON');
payments
  .command('set-status')
  .argument('<id>')
  .addArgument(payments.createArgument('<status>').choices(['success', 'failed']));
program.command('secret', { hidden: true });

const valuesOf = (...words: string[]) => suggest(program, words).map(({ value }) => value);

test('commands are completed at each level, without hidden ones', () => {
  expect(valuesOf('')).toEqual(['payments', 'help']);
  expect(valuesOf('pay')).toEqual(['payments']);
  expect(valuesOf('payments', '')).toEqual(['list', 'set-status', 'help']);
  expect(suggest(program, ['payments', 'li'])).toEqual([{ value: 'list', description: 'list payments' }]);
});

test('options are completed once', () => {
  expect(valuesOf('payments', 'list', '--')).toEqual([
    '--status',
    '--search',
    '--output',
    '--json',
    '--help',
  ]);
  expect(valuesOf('payments', 'list', '--json', '--s')).toEqual(['--status', '--search']);
  expect(valuesOf('payments', 'list', '--json', '--j')).toEqual([]);
});

test.each([
  [
    ['--status', ''],
    ['pending', 'success', 'failed'],
  ],
  [['--status', 'fa'], ['failed']],
  [['--status', 'failed,p'], ['failed,pending']],
  [['--status', '=', 'fa'], ['failed']],
  [
    ['--status', '='],
    ['pending', 'success', 'failed'],
  ],
  [['--status=fa'], ['--status=failed']],
  [['--search', ''], []],
  [['-o', ''], []],
])('values of options: %j becomes %j', (words, values) => {
  expect(valuesOf('payments', 'list', ...words)).toEqual(values);
});

test('values of arguments are completed in their place', () => {
  expect(valuesOf('payments', 'set-status', '')).toEqual([]);
  expect(valuesOf('payments', 'set-status', 'some-id', '')).toEqual(['success', 'failed']);
  expect(valuesOf('payments', 'set-status', 'some-id', 'f')).toEqual(['failed']);
});
