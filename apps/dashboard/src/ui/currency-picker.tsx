import { currencies, historicCurrencies, nonPaymentCodes } from '@paydeck/contract/currencies';
import { Picker } from './picker.tsx';
import type { PickerItem } from './picker-props.ts';
import { useCurrencies } from './use-currencies.ts';

const names = new Intl.DisplayNames(undefined, { type: 'currency', fallback: 'none' });
const itemOf = (code: string): PickerItem => {
  const name = names.of(code);
  return name === undefined ? { value: code, label: code } : { value: code, label: code, detail: name };
};

/** A choice of a currency by its code or its name. Begins with those in use, and ends with those of old payments. */
export function CurrencyPicker({
  value,
  first,
  none,
  onChange,
}: {
  /** Empty for none. */
  value: string;
  /** A currency that belongs to those in use. */
  first?: string | undefined;
  /** The name of the choice of no currency, if that can be chosen. */
  none?: string;
  onChange: (code: string) => void;
}) {
  const inUse = useCurrencies()?.inUse ?? [];
  const groups = () => {
    const top = [...new Set([value, first ?? '', ...inUse])].filter((code) => code !== '');
    const rest = (codes: object) =>
      Object.keys(codes)
        .filter((code) => !top.includes(code))
        .sort()
        .map(itemOf);
    return [
      ...(none === undefined ? [] : [{ value: '', items: [{ value: '', label: none }] }]),
      { value: 'In use', items: top.map(itemOf) },
      { value: 'All currencies', items: rest(currencies) },
      { value: 'Only in old payments', items: rest({ ...historicCurrencies, ...nonPaymentCodes }) },
    ];
  };
  return (
    <Picker label="Currency" text={value || (none ?? '')} value={value} groups={groups} onChange={onChange} />
  );
}
