import { formatMarkdown, formatTable } from '../table.ts';
import { formatTarget, formatValue, type Goal, type RowFigure, type SideFigure, verdict } from './row.ts';

/** A row may have dozens of sides. JSON has all of them. */
const sidesShown = 12;

const rate = (perSecond: number) =>
  perSecond.toLocaleString('en', { maximumFractionDigits: perSecond < 10 ? 1 : 0 });
const ms = (value: number | null) => {
  if (value === null || Number.isNaN(value)) return '';
  if (value === Number.POSITIVE_INFINITY) return 'refused';
  return value.toFixed(value < 1 ? 3 : value < 10 ? 2 : 0);
};
const measured = ({ value, unit, name }: Goal) => `${formatValue(value, unit)} ${name}`;

/** The table that `pnpm bench` prints: what was measured, then the goals. */
export function reportText(figures: readonly RowFigure[]): string {
  return `${measuredTable(figures)}\n\n${goalTable(figures)}`;
}

function measuredTable(figures: readonly RowFigure[]): string {
  const shown = figures.map((figure) => ({ ...figure, sides: figure.sides.slice(0, sidesShown) }));
  const [heading = '', ...lines] = formatTable([
    ['', 'p50 ms', 'p99 ms', 'CPU server', 'PostgreSQL', 'load', 'per second', 'lowest', 'highest'],
    ...shown.flatMap(({ sides }) => sides.map(sideCells)),
  ]).split('\n');
  const parts = figures.flatMap(({ row, work, sides, notes = [], failure }) => [
    '',
    `${row}: ${work}`,
    ...lines.splice(0, Math.min(sidesShown, sides.length)),
    ...(sides.length > sidesShown ? [`  and ${sides.length - sidesShown} more`] : []),
    ...notes.map((note) => `  ${note}`),
    ...(failure === undefined ? [] : [`  Not measured: ${failure}`]),
  ]);
  return [heading, ...parts].join('\n');
}

const sideCells = ({ side, median, lowestPerSecond, highestPerSecond }: SideFigure): string[] => [
  `  ${side}`,
  ms(median.p50Ms),
  ms(median.p99Ms),
  ms(median.serverCpuMs),
  ms(median.postgresCpuMs),
  ms(median.loadCpuMs),
  rate(median.perSecond),
  rate(lowestPerSecond),
  rate(highestPerSecond),
];

function goalTable(figures: readonly RowFigure[]): string {
  return formatTable([
    ['', 'measured', 'goal', ''],
    ...figures.flatMap(({ row, goals, failure }) => [
      ...(failure === undefined ? [] : [[row, '', '', 'not measured']]),
      ...goals.map((goal) => [row, measured(goal), formatTarget(goal), verdict(goal)]),
    ]),
  ]);
}

/** The table of the README: a line for each row. `titles` has the titles. */
export function reportMarkdown(figures: readonly RowFigure[], titles: ReadonlyMap<string, string>): string {
  const lines = figures.map(({ row, goals, failure }) => {
    const all = (text: (goal: Goal) => string) => goals.map(text).join('; ');
    const verdicts = new Set(goals.map(verdict));
    const result = verdicts.size === 1 ? [...verdicts].join() : all(verdict);
    return [titles.get(row) ?? row, all(measured), all(formatTarget), failure ? 'not measured' : result];
  });
  return formatMarkdown([['work', 'measured', 'goal', ''], ...lines]);
}
