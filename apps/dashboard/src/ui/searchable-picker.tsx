import './overlay.css';
import { Combobox } from '@base-ui/react/combobox';
import { Check, ChevronDown } from 'lucide-react';
import { useState } from 'react';
import type { PickerGroup, PickerItem, PickerProps } from './picker-props.ts';

/** Letters without their accents, in lower case, so that `sao paulo` finds `São Paulo`. */
const plain = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** Whether each word of the query is in the item. */
function matches({ label, detail = '', keywords = '' }: PickerItem, query: string): boolean {
  const searched = plain(`${label} ${detail} ${keywords}`);
  return plain(query)
    .split(/\s+/)
    .every((word) => searched.includes(word));
}

/** The button of a picker, and the list that it opens. */
export function SearchablePicker({ label, text, value, groups, onChange }: PickerProps) {
  const [items, setItems] = useState<readonly PickerGroup[]>([]);
  const chosen = items.flatMap((group) => group.items).find((item) => item.value === value) ?? null;
  return (
    <Combobox.Root
      items={items}
      filter={matches}
      value={chosen}
      onValueChange={(item: PickerItem | null) => item !== null && onChange(item.value)}
      onOpenChange={(open) => open && setItems(groups())}
      isItemEqualToValue={(a, b) => a?.value === b?.value}
      autoHighlight
    >
      <Combobox.Trigger className="button picker-button" aria-label={label}>
        <span>{text}</span>
        <ChevronDown aria-hidden />
      </Combobox.Trigger>
      <Combobox.Portal>
        <Combobox.Positioner className="menu-place" sideOffset={6} align="start">
          <Combobox.Popup className="popup picker-popup" aria-label={label}>
            <Combobox.Input className="input" placeholder="Search" aria-label={`Search: ${label}`} />
            <Combobox.Empty className="picker-none">Nothing found.</Combobox.Empty>
            <Combobox.List className="picker-list">
              {(group: PickerGroup) => (
                <Combobox.Group key={group.value} items={group.items}>
                  {group.value !== '' && (
                    <Combobox.GroupLabel className="picker-group">{group.value}</Combobox.GroupLabel>
                  )}
                  <Combobox.Collection>
                    {(item: PickerItem) => (
                      <Combobox.Item key={item.value} value={item} className="menu-item picker-item">
                        <span>{item.label}</span>
                        {item.detail !== undefined && <span className="soft">{item.detail}</span>}
                        <Combobox.ItemIndicator className="menu-mark">
                          <Check aria-hidden />
                        </Combobox.ItemIndicator>
                      </Combobox.Item>
                    )}
                  </Combobox.Collection>
                </Combobox.Group>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}
