import { RefreshCw } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/card.tsx';

type Props = { children: ReactNode };

/**
 * Keeps the frame when a view fails, most likely because its code could not be fetched: the server is away, or is another
 * version than the one that this page is of. Give it a `key` for each view: it stays failed.
 */
export class ViewBoundary extends Component<Props, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <div className="card" role="alert">
        <Notice
          icon={RefreshCw}
          title="This view could not be loaded"
          action={<Button onClick={() => window.location.reload()}>Reload the page</Button>}
        >
          The server can’t be reached, or was updated since you opened this page.
        </Notice>
      </div>
    );
  }
}
