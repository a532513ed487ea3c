import { formatTable } from '../table.ts';
import { formatValue, type Goal, type RowFigure, type Sample, verdict } from './row.ts';

const rate = (perSecond: number) =>
  perSecond.toLocaleString('en', { maximumFractionDigits: perSecond < 10 ? 1 : 0 });
const ms = (value: number | null) =>
  value === null || !Number.isFinite(value) ? '' : value.toFixed(value < 10 ? 2 : 0);
const sign = ({ is }: Goal) => (is === 'at least' ? '≥' : '≤');
const wanted = (goal: Goal) => `${sign(goal)} ${formatValue(goal.target, goal.unit)}`;

/** The table that `pnpm bench` prints: what was measured, then the goals. */
export function reportText(figures: readonly RowFigure[]): string {
  return `${measuredTable(figures)}\n\n${goalTable(figures)}`;
}

function measuredTable(figures: readonly RowFigure[]): string {
  const cells = ({ perSecond, p50Ms, p99Ms, serverCpuMs, postgresCpuMs, loadCpuMs }: Sample) => [
    ms(p50Ms),
    ms(p99Ms),
    ms(serverCpuMs),
    ms(postgresCpuMs),
    ms(loadCpuMs),
    rate(perSecond),
  ];
  const sides = figures.flatMap((figure) => figure.sides);
  const [heading = '', ...lines] = formatTable([
    ['', 'p50 ms', 'p99 ms', 'CPU server', 'PostgreSQL', 'load', 'per second', 'lowest', 'highest'],
    ...sides.map((side) => [
      `  ${side.side}`,
      ...cells(side.median),
      rate(side.lowestPerSecond),
      rate(side.highestPerSecond),
    ]),
  ]).split('\n');
  const parts = figures.map(({ row, work, notes = [], ...figure }) =>
    [`${row}: ${work}`, ...lines.splice(0, figure.sides.length), ...notes.map((note) => `  ${note}`)].join(
      '\n',
    ),
  );
  return [heading, ...parts].join('\n');
}

function goalTable(figures: readonly RowFigure[]): string {
  return formatTable([
    ['goals', 'measured', 'goal', ''],
    ...figures.flatMap(({ row, goals }) =>
      goals.map((goal) => [
        `${row}, ${goal.name}`,
        formatValue(goal.value, goal.unit),
        wanted(goal),
        verdict(goal),
      ]),
    ),
  ]);
}

/** The table of the README. */
export function reportMarkdown(figures: readonly RowFigure[], titles: ReadonlyMap<string, string>): string {
  const lines = figures.flatMap(({ row, goals }) =>
    goals.map(
      (goal) =>
        `| ${titles.get(row) ?? row} | ${formatValue(goal.value, goal.unit)} ${goal.name} | ${wanted(goal)} | ${verdict(goal)} |`,
    ),
  );
  return ['| work | measured | goal | |', '| --- | --- | --- | --- |', ...lines].join('\n');
}
