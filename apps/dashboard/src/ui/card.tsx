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
  /** Without a padding of its own, for tables. */
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

/** In place of content that is not there: what is the case, and what to do. */
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

/** In place of content that could not be read. */
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

/** Above content or a form that something went wrong with. */
export function Banner({ tone = 'bad', children }: { tone?: 'bad' | 'waiting'; children: ReactNode }) {
  return (
    <div className={classes('banner', tone === 'waiting' && 'banner-waiting')} role="alert">
      <CircleAlert aria-hidden />
      <span>{children}</span>
    </div>
  );
}

/** Holds the place of a text that is being read. */
export function Bone({ width }: { width: string }) {
  return <span className="bone" style={{ width }} aria-hidden />;
}

export type Tone = 'good' | 'bad' | 'waiting' | 'plain';

export function Badge({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`badge badge-${tone}`}>{children}</span>;
}
