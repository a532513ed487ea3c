export type PickerItem = {
  value: string;
  label: string;
  /** Shown beside the label, and searched as well. */
  detail?: string;
  /** Further words by which the search finds it. */
  keywords?: string;
};

export type PickerGroup = { value: string; items: readonly PickerItem[] };

export type PickerProps = {
  /** The accessible name. */
  label: string;
  /** The text of the button: the name of the choice. */
  text: string;
  value: string;
  /** Called when the list opens. The groups are shown in this order. */
  groups: () => readonly PickerGroup[];
  onChange: (value: string) => void;
};
