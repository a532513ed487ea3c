import { Check, Copy, type LucideIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from './button.tsx';

/** How long the button shows that it has copied. */
const shownMs = 2_000;

/** Copies a text. `label` names it: `Copy ID`. Absent where browsers have no clipboard, which is over plain HTTP. */
export function CopyButton({
  text,
  label,
  icon: Icon = Copy,
  className = 'copy-button',
}: {
  text: string;
  label: string;
  icon?: LucideIcon;
  className?: string;
}) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), shownMs);
    return () => clearTimeout(timer);
  }, [isCopied]);
  if (!('clipboard' in navigator)) return null;
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <IconButton label={isCopied ? 'Copied' : label} className={className} onClick={() => void copy()}>
      {isCopied ? <Check aria-hidden /> : <Icon aria-hidden />}
    </IconButton>
  );
}
