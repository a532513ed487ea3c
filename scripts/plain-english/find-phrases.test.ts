import { expect, test } from 'vitest';
import { findPhrases } from './find-phrases.ts';
import { readProse } from './read-prose.ts';

/** The phrases found in a file, each as "line: phrase". */
const find = (file: string, source: string) =>
  readProse(file, source)
    .flatMap(findPhrases)
    .map(({ phrase, at }) => `${source.slice(0, at).split('\n').length}: ${phrase}`);

const inMarkdown = (source: string) => find('page.md', source);

test.each([
  ['A client is told to read again.', '1: told'],
  ['It is read anew.', '1: anew'],
  ['The import goes on.', '1: goes on'],
  ['What came meanwhile is lost.', '1: meanwhile'],
  ['It is kept for ever.', '1: for ever'],
  ['Open to whoever asks.', '1: whoever'],
  ['This is no JSON.', '1: is no JSON'],
  ['The name counts in any case.', '1: in any case'],
  ['A process of its own.', '1: of its own'],
  ['It heals whatever befell the connection.', '1: heals', '1: befell'],
  ['It is closed. Nor is it opened again.', '1: Nor'],
  ['Of two at once one wins.', '1: Of'],
])('finds: %s', (source, ...found) => {
  expect(inMarkdown(source)).toEqual(found);
});

test.each([
  'There is no payment with this id.',
  'The key is no longer valid, and the total is no more than 10.',
  'Of course it may.',
  'Most of the time; in any event; forever.',
  'What may a viewer do? So much: read.',
])('leaves alone: %s', (source) => {
  expect(inMarkdown(source)).toEqual([]);
});

test('a phrase may be broken over two lines; the line is where it begins', () => {
  expect(inMarkdown('# Import\n\nAn import that was interrupted goes\non where it ended.')).toEqual([
    '3: goes on',
  ]);
});

test('in Markdown each list item and table cell begins a sentence; code and addresses are not prose', () => {
  const source = [
    '- Nor this',
    '- see [a page](for-ever.md) and `whoever`',
    '',
    '| Of two | `is no x` |',
    '| ------ | --------- |',
    '| fine   | Nor that  |',
  ].join('\n');
  expect(inMarkdown(source)).toEqual(['1: Nor', '4: Of', '6: Nor']);
});

test('in TypeScript comments and texts are prose, names are not', () => {
  const source = [
    "import { told } from 'anew';",
    '/** Who calls. */',
    'const meanwhile = told;',
    '// One that',
    '// goes on.',
    'const message = `This is no number`;',
    "const kind = 'told';",
  ].join('\n');
  expect(find('code.ts', source)).toEqual(['2: Who', '5: goes on', '6: is no number']);
  expect(find('view.tsx', 'const view = <p title="It goes on">Told anew</p>;')).toEqual([
    '1: goes on',
    '1: Told',
    '1: anew',
  ]);
});

test.each([
  ['deploy.yml', 'on: told\n# Who reads this,\n#  goes on\nrun: x # anew'],
  ['run.sh', '#!/bin/sh\n# Who reads this,\n#  goes on\necho told # anew'],
  ['page.css', '.told {}\n/* Who reads this,\n * goes on */\n.x {} /* anew */'],
  ['knip.jsonc', '{ "told": 1,\n// Who reads this,\n "x": "it goes on",\n "y": "read anew" }'],
])('in %s comments are prose, code is not', (file, source) => {
  expect(find(file, source).toSorted()).toEqual(['2: Who', '3: goes on', '4: anew']);
});
