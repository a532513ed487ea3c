import { lazy, Suspense } from 'react';
import type { DialogProps } from '../ui/form-dialog.tsx';

const LazyDialog = lazy(async () => ({
  default: (await import('./second-factor-dialog.tsx')).SecondFactorDialog,
}));

/** The dialog of the second factor. Its code, with that of QR codes, is loaded when it opens. */
export function SecondFactorDialog(props: DialogProps) {
  return props.open ? (
    <Suspense>
      <LazyDialog {...props} />
    </Suspense>
  ) : null;
}
