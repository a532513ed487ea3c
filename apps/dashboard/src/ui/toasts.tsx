import './overlay.css';
import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';

/** Shows short confirmations in a corner of the page. */
export function Toasts({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider timeout={6_000}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

/** Returns a function that shows a confirmation. */
export function useToast(): (message: string) => void {
  const { add } = Toast.useToastManager();
  return (message) => void add({ description: message });
}

function ToastList() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="toast">
      <Toast.Description />
      <Toast.Close render={<IconButton label="Dismiss" />}>
        <X aria-hidden />
      </Toast.Close>
    </Toast.Root>
  ));
}
