import { expect, test } from 'vitest';
import { type ExportChoices, withSeparator } from './export-choices.ts';

const choices: ExportChoices = { columns: [], separator: 'comma', decimal: 'point', bom: true };

test.each([
  ['semicolon', 'de-DE', 'comma'],
  ['semicolon', 'fr-FR', 'comma'],
  ['semicolon', 'en-US', 'point'],
  ['semicolon', 'de-CH', 'point'],
  ['tab', 'de-DE', 'point'],
  ['comma', 'de-DE', 'point'],
] as const)('the separator %s in %s suggests the decimal mark %s', (separator, locale, decimal) => {
  expect(withSeparator(choices, separator, locale)).toEqual({ ...choices, separator, decimal });
});

test('a decimal mark that was chosen stays, unless commas separate the cells', () => {
  const withCommas: ExportChoices = { ...choices, separator: 'semicolon', decimal: 'comma' };
  const withPoints: ExportChoices = { ...withCommas, decimal: 'point' };
  expect(withSeparator(withCommas, 'tab', 'en-US').decimal).toBe('comma');
  expect(withSeparator(withPoints, 'semicolon', 'de-DE').decimal).toBe('point');
  expect(withSeparator(withCommas, 'comma', 'de-DE').decimal).toBe('point');
});
