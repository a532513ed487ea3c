import './card.css';
import { CircleAlert, type LucideIcon } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { Button, classes } from './button.tsx';
import { explainError } from './explain-error.ts';

export function Card({
  title,
  actions,
  children,
  bare = false,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
  /** Without padding, for tables. */
  bare?: boolean;
}) {
  const id = useId();
  return (
    <section className="card" aria-labelledby={id}>
      <div className="card-head">
        <h2 id={id}>{title}</h2>
        {actions}
      </div>
      {bare ? children : <div className="card-body">{children}</div>}
    </section>
  );
}

/** Replaces missing content: why it is missing, and what to do. */
export function Notice({
  icon: Icon,
  title,
  children,
  action,
}: {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="notice">
      <Icon aria-hidden />
      <h2>{title}</h2>
      {children !== undefined && <p>{children}</p>}
      {action}
    </div>
  );
}

/** Replaces content that could not be loaded. */
export function ErrorNotice({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <div role="alert">
      <Notice
        icon={CircleAlert}
        title="This could not be loaded"
        action={<Button onClick={retry}>Try again</Button>}
      >
        {explainError(error)}
      </Notice>
    </div>
  );
}

/** A message above content or a form: what went wrong. */
export function Banner({ tone = 'bad', children }: { tone?: 'bad' | 'waiting'; children: ReactNode }) {
  return (
    <div className={classes('banner', tone === 'waiting' && 'banner-waiting')} role="alert">
      <CircleAlert aria-hidden />
      <span>{children}</span>
    </div>
  );
}

/** A placeholder for a text that is loading. */
export function Skeleton({ width }: { width: string }) {
  return <span className="skeleton" style={{ width }} aria-hidden />;
}

export type Tone = 'good' | 'bad' | 'waiting' | 'plain';

export function Badge({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`badge badge-${tone}`}>{children}</span>;
}
