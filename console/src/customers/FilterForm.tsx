import { Button, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { majorToMinor } from '@/shared/fmt/money';
import { lookup, useT } from '@/shared/i18n';
import css from './customers.module.css';
import { useBrand } from './useBrand';

const KINDS = [
  'group',
  'orders',
  'revenue',
  'lifetime',
  'historical',
  'current',
  'potential',
  'profit_rank',
  'last_purchase',
  'overdue',
  'percentile',
  'cohort',
  'bought_in',
  'r',
  'f',
  'm',
  'recognised',
  'trait',
] as const;
type Kind = (typeof KINDS)[number];

/** The eight groups as the server names them. */
const GROUPS = [
  'champions',
  'rising_spenders',
  'must_keep',
  'must_win_back',
  'loyal_small',
  'newcomers',
  'fading_regulars',
  'dormant',
];

/** Kinds that ask for a smallest and a largest number, and where these go in the address. */
const RANGES: Partial<Record<Kind, [string, string]>> = {
  orders: ['min_orders', 'max_orders'],
  revenue: ['min_revenue_minor', 'max_revenue_minor'],
  lifetime: ['min_lifetime_minor', 'max_lifetime_minor'],
  historical: ['min_historical_minor', 'max_historical_minor'],
  current: ['min_current_minor', 'max_current_minor'],
  potential: ['min_potential_minor', 'max_potential_minor'],
  percentile: ['value_percentile_min', 'value_percentile_max'],
};

/** More orders or customers than any list has; the server takes whole numbers of 64 bits. */
const COUNT_MAX = 1_000_000_000;
/** In units of the currency: its smallest units are still exact numbers. */
const AMOUNT_MAX = 1_000_000_000_000;

/** What a number field lets in, so that the list is never asked for what the server refuses. */
function limitsOf(kind: Kind, exponent: number) {
  if (kind === 'percentile') return { min: 0, max: 100, decimalScale: 2 };
  if (kind === 'orders') return { min: 0, max: COUNT_MAX, allowDecimal: false };
  if (kind === 'profit_rank') return { min: 1, max: COUNT_MAX, allowDecimal: false };
  // Refunds make values negative.
  return { min: -AMOUNT_MAX, max: AMOUNT_MAX, decimalScale: exponent };
}

export function FilterForm({ onAdd }: { onAdd: (filters: Search) => void }) {
  const t = useT();
  const fmt = useFmt();
  const { currency, exponent } = useBrand();
  const [kind, setKind] = useState<Kind>('group');
  const [low, setLow] = useState('');
  const [high, setHigh] = useState('');
  const choose = (next: Kind) => {
    setKind(next);
    setLow('');
    setHigh('');
  };
  const range = RANGES[kind];
  const isMoney = range?.[0].endsWith('_minor') ?? false;
  const number = (text: string) => {
    const typed = Number(text);
    if (text === '' || !Number.isFinite(typed)) return '';
    return String(isMoney ? majorToMinor(typed, exponent) : typed);
  };
  const build = (): Search => {
    if (range) return { [range[0]]: number(low), [range[1]]: number(high) };
    if (kind === 'profit_rank') return { max_profit_rank: number(low) };
    if (kind === 'last_purchase') return { last_purchase_after: low, last_purchase_before: high };
    if (kind === 'overdue' || kind === 'recognised') return { [kind]: 'true' };
    if (kind === 'trait') return low && high ? { [`trait.${low}`]: high } : {};
    return { [kind]: low };
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const filters = Object.fromEntries(Object.entries(build()).filter(([, value]) => value !== ''));
    if (Object.keys(filters).length > 0) onAdd(filters);
  };
  const numeric = {
    ...limitsOf(kind, exponent),
    clampBehavior: 'strict' as const,
    prefix: isMoney ? fmt.symbol(currency) : undefined,
    thousandSeparator: ',',
    hideControls: true,
  };
  const description = kind === 'percentile' ? t.customers.percentileHint : undefined;
  return (
    <form onSubmit={submit} className={css.filterForm}>
      <NativeSelect
        label={t.customers.filterBy}
        data={KINDS.map((value) => ({ value, label: t.customers.filter[value] }))}
        value={kind}
        onChange={(event) => choose(event.currentTarget.value as Kind)}
        data-autofocus
      />
      {kind === 'group' && (
        <NativeSelect
          label={t.customers.filter.group}
          data={['', ...GROUPS].map((value) => ({ value, label: value && lookup(t.common.groups, value) }))}
          value={low}
          onChange={(event) => setLow(event.currentTarget.value)}
        />
      )}
      {(kind === 'r' || kind === 'f' || kind === 'm') && (
        <NativeSelect
          label={t.customers.filter[kind]}
          data={['', '5', '4', '3', '2', '1']}
          value={low}
          onChange={(event) => setLow(event.currentTarget.value)}
        />
      )}
      {range && (
        <div className={css.filterRange}>
          <NumberInput
            {...numeric}
            label={t.customers.minimum}
            description={description}
            value={low}
            onChange={(value) => setLow(String(value))}
          />
          <NumberInput
            {...numeric}
            label={t.customers.maximum}
            description={description && ' '}
            value={high}
            onChange={(value) => setHigh(String(value))}
          />
        </div>
      )}
      {kind === 'profit_rank' && (
        <NumberInput
          {...numeric}
          label={t.customers.profitRank}
          description={t.customers.profitRankHint}
          value={low}
          onChange={(value) => setLow(String(value))}
        />
      )}
      {kind === 'last_purchase' && (
        <div className={css.filterRange}>
          <TextInput
            type="date"
            label={t.customers.onOrAfter}
            value={low}
            onChange={(event) => setLow(event.currentTarget.value)}
          />
          <TextInput
            type="date"
            label={t.customers.before}
            value={high}
            onChange={(event) => setHigh(event.currentTarget.value)}
          />
        </div>
      )}
      {(kind === 'cohort' || kind === 'bought_in') && (
        <TextInput
          type="month"
          label={t.customers.filter[kind]}
          placeholder="2026-01"
          pattern="\d{4}-\d{2}"
          value={low}
          onChange={(event) => setLow(event.currentTarget.value)}
        />
      )}
      {(kind === 'overdue' || kind === 'recognised') && <p className="muted">{t.customers.definitions[kind]}</p>}
      {kind === 'trait' && (
        <div className={css.filterRange}>
          <TextInput
            label={t.customers.traitName}
            value={low}
            onChange={(event) => setLow(event.currentTarget.value)}
          />
          <TextInput
            label={t.customers.traitValue}
            value={high}
            onChange={(event) => setHigh(event.currentTarget.value)}
          />
        </div>
      )}
      <Button type="submit" data-testid="apply-filter">
        {t.customers.apply}
      </Button>
    </form>
  );
}
