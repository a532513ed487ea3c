import { RefreshCw } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/card.tsx';

type Props = { children: ReactNode };

/**
 * Keeps the shell when a view fails. Usually the view's code could not be fetched, because the server is unreachable or has
 * another version than this page. Give it a `key` for each view, since it does not recover.
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
