import './button.css';
import type { ComponentProps } from 'react';

type ButtonProps = ComponentProps<'button'> & { look?: 'normal' | 'primary' | 'danger' | 'plain' };

export function Button({ look = 'normal', className, ...rest }: ButtonProps) {
  return <button type="button" {...rest} className={classes('button', `button-${look}`, className)} />;
}

/** A button with only an icon. `label` is its accessible name. */
export function IconButton({ label, className, ...rest }: ComponentProps<'button'> & { label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={classes('icon-button', className)}
    />
  );
}

export function classes(...names: (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}
