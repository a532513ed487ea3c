import { FileError } from '@paydeck/payment-files/read-payments';
import { Link } from 'wouter';
import { dateIn } from '../format/dates.ts';
import { formatCount, plural } from '../format/numbers.ts';
import { getTimeZone } from '../format/time-zone.ts';
import { noFields, writePaymentsSearch } from '../payments/payments-search.ts';
import { Button } from '../ui/button.tsx';
import { Banner, Card } from '../ui/card.tsx';
import { explainError } from '../ui/explain-error.ts';
import {
  clearImport,
  type ImportPhase,
  type ImportRun,
  pauseImport,
  resumeImport,
  startImport,
  stopImport,
} from './import-run.ts';
import { Problems } from './problems.tsx';
import { Sums } from './sums.tsx';

const titles: Record<ImportPhase, string> = {
  running: 'Importing',
  paused: 'Paused',
  stopped: 'Stopped',
  failed: 'Interrupted',
  done: 'Imported',
};

/** An import that runs or has ended: its progress, what was recorded, and the rows that were not. */
export function RunCard({ run }: { run: ImportRun }) {
  const { plan, phase, result, bad, bytes, isWaiting, error } = run;
  const { file } = plan;
  const isActive = phase === 'running' || phase === 'paused';
  return (
    <>
      <Card title={`${titles[phase]}: ${file.name}`} actions={<RunActions run={run} />}>
        {isActive && (
          <div className="import-progress">
            <progress aria-label="Import progress" max={Math.max(file.size, 1)} value={bytes} />
            <span className="number soft" role="status">
              {isWaiting
                ? 'The server can’t be reached. The import continues when it is back.'
                : describeProgress(run)}
            </span>
          </div>
        )}
        {phase === 'failed' && <Banner>{explainFailure(error)}</Banner>}
        {phase === 'stopped' && (
          <p>What was recorded stays. Continue to record the rest; nothing is recorded twice.</p>
        )}
        <dl className="import-facts">
          <div>
            <dt>Recorded</dt>
            <dd>
              <span className="number">{plural(result.created, 'payment')}</span>
              <Sums sumsMinor={result.createdMinor} />
            </dd>
          </div>
          {result.skipped > 0 && (
            <div>
              <dt>Already recorded</dt>
              <dd>
                <span className="number">{plural(result.skipped, 'payment')}</span>
                <Sums sumsMinor={result.skippedMinor} />
              </dd>
            </div>
          )}
          <div>
            <dt>Left out</dt>
            <dd className="number">{plural(result.leftOut, 'row')}</dd>
          </div>
          <div>
            <dt>Invalid</dt>
            <dd className="number">{plural(result.bad, 'row')}</dd>
          </div>
        </dl>
        {!isActive && result.created + result.skipped > 0 && (
          <p className="import-link">
            <Link href={`/payments?${paymentsSearch(run)}`}>See the payments</Link>
          </p>
        )}
      </Card>
      {bad.length > 0 && (
        <Problems fileName={file.name} reading={plan} rows={bad} count={result.bad} hasOthers isImported />
      )}
    </>
  );
}

function RunActions({ run: { plan, phase } }: { run: ImportRun }) {
  if (phase === 'running' || phase === 'paused')
    return (
      <span className="import-actions">
        {phase === 'running' ? (
          <Button onClick={pauseImport}>Pause</Button>
        ) : (
          <Button look="primary" onClick={resumeImport}>
            Resume
          </Button>
        )}
        <Button onClick={stopImport}>Stop</Button>
      </span>
    );
  return (
    <span className="import-actions">
      {phase !== 'done' && (
        <Button look="primary" onClick={() => void startImport(plan)}>
          Continue
        </Button>
      )}
      <Button onClick={clearImport}>Import another file</Button>
    </span>
  );
}

/** `12,000 of 100,000 rows, 2,300 rows a second, 38 s left`. */
function describeProgress({ plan, phase, result, bytes, runMs }: ImportRun): string {
  const rows =
    plan.rows === null
      ? plural(result.rows, 'row')
      : `${formatCount(result.rows)} of ${plural(plan.rows, 'row')}`;
  if (phase === 'paused' || runMs === 0 || result.rows === 0) return rows;
  const perSecond = (result.rows / runMs) * 1000;
  const share = plan.rows === null ? bytes / Math.max(plan.file.size, 1) : result.rows / plan.rows;
  const leftSeconds = share === 0 ? 0 : ((1 - share) / share) * (runMs / 1000);
  return `${rows}, ${formatCount(Math.round(perSecond))} rows a second, ${describeSeconds(leftSeconds)} left`;
}

function describeSeconds(seconds: number): string {
  if (seconds < 90) return `${formatCount(Math.ceil(seconds))} s`;
  return seconds < 5_400
    ? `${formatCount(Math.ceil(seconds / 60))} min`
    : `${formatCount(Math.ceil(seconds / 3600))} h`;
}

const explainFailure = (error: unknown): string =>
  error instanceof FileError
    ? `${error.message} ${error.advice}`
    : `${explainError(error)} Then continue: nothing is recorded twice.`;

/** The filter that shows the imported payments: their days, and their currency if there is one. */
function paymentsSearch({ result, times }: ImportRun): URLSearchParams {
  const codes = Object.keys({ ...result.createdMinor, ...result.skippedMinor });
  const day = (at: number | undefined) => (at === undefined ? null : dateIn(getTimeZone(), new Date(at)));
  return writePaymentsSearch({
    fields: {
      ...noFields,
      currency: (codes.length === 1 ? codes[0] : null) ?? null,
      from: day(times?.first),
      to: day(times?.last),
    },
    page: 1,
    cursor: null,
    limit: 25,
    payment: null,
  });
}
