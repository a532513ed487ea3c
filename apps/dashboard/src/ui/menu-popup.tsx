import './overlay.css';
import { Menu } from '@base-ui/react/menu';
import type { ReactNode } from 'react';

export function MenuPopup({ children }: { children: ReactNode }) {
  return (
    <Menu.Portal>
      <Menu.Positioner sideOffset={6} align="start">
        <Menu.Popup className="popup">{children}</Menu.Popup>
      </Menu.Positioner>
    </Menu.Portal>
  );
}
