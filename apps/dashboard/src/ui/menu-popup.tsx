import './overlay.css';
import { Menu } from '@base-ui/react/menu';
import type { ReactNode } from 'react';

/** A menu must be inside a landmark, so that screen readers find it. */
const mainRegion = {
  get current() {
    return document.getElementById('main');
  },
};

export function MenuPopup({ children }: { children: ReactNode }) {
  return (
    <Menu.Portal container={mainRegion}>
      <Menu.Positioner className="menu-place" sideOffset={6} align="start">
        <Menu.Popup className="popup">{children}</Menu.Popup>
      </Menu.Positioner>
    </Menu.Portal>
  );
}
