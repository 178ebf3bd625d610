import { Button, NumberInput, Popover, Select, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFilterPlus } from '@tabler/icons-react';
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
  'last_purchase',
  'overdue',
  'percentile',
  'cohort',
  'active_in',
  'r',
  'f',
  'm',
  'trait',
] as const;
type Kind = (typeof KINDS)[number];

/** The eight groups as the server names them. */
export const GROUPS = [
  'champions',
  'rising_spenders',
  'must_keep',
  'must_win_back',
  'loyal_small',
  'newcomers',
  'fading_regulars',
  'dormant',
];

interface Props {
  onAdd: (filters: Search) => void;
  groups?: string[];
}

export function FilterMenu({ onAdd, groups }: Props) {
  const t = useT();
  const [opened, menu] = useDisclosure(false);
  return (
    <Popover
      opened={opened}
      onChange={(open) => !open && menu.close()}
      position="bottom-start"
      width={300}
      trapFocus
      withinPortal
    >
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconFilterPlus size={16} />}
          onClick={menu.toggle}
          data-testid="add-filter"
        >
          {t.customers.addFilter}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t.customers.addFilter}>
        <FilterForm
          groups={groups ?? GROUPS}
          onAdd={(filters) => {
            onAdd(filters);
            menu.close();
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function FilterForm({ onAdd, groups }: { onAdd: (filters: Search) => void; groups: string[] }) {
  const t = useT();
  const fmt = useFmt();
  const { currency, exponent } = useBrand();
  const [kind, setKind] = useState<Kind>('group');
  const [low, setLow] = useState('');
  const [high, setHigh] = useState('');
  const choose = (next: string | null) => {
    setKind((next ?? 'group') as Kind);
    setLow('');
    setHigh('');
  };
  const minor = (text: string) => (text === '' ? '' : String(majorToMinor(Number(text), exponent)));
  const build = (): Search => {
    switch (kind) {
      case 'orders':
        return { min_orders: low, max_orders: high };
      case 'revenue':
        return { min_revenue_minor: minor(low), max_revenue_minor: minor(high) };
      case 'lifetime':
        return { min_lifetime_minor: minor(low), max_lifetime_minor: minor(high) };
      case 'last_purchase':
        return { last_purchase_after: low, last_purchase_before: high };
      case 'percentile':
        return { value_percentile_min: low, value_percentile_max: high };
      case 'overdue':
        return { overdue: 'true' };
      case 'trait':
        return low && high ? { [`trait.${low}`]: high } : {};
      case 'group':
      case 'cohort':
      case 'active_in':
      case 'r':
      case 'f':
      case 'm':
        return { [kind]: low };
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const filters = Object.fromEntries(Object.entries(build()).filter(([, value]) => value !== ''));
    if (Object.keys(filters).length > 0) onAdd(filters);
  };
  const numeric = kind === 'orders' || kind === 'revenue' || kind === 'lifetime' || kind === 'percentile';
  const prefix = kind === 'revenue' || kind === 'lifetime' ? fmt.symbol(currency) : undefined;
  const description = kind === 'percentile' ? t.customers.percentileHint : undefined;
  return (
    <form onSubmit={submit} className={css.filterForm}>
      <Select
        label={t.customers.filterBy}
        data={KINDS.map((value) => ({ value, label: t.customers.filter[value] }))}
        value={kind}
        onChange={choose}
        comboboxProps={{ withinPortal: false }}
        data-autofocus
      />
      {kind === 'group' && (
        <Select
          label={t.customers.filter.group}
          data={groups.map((value) => ({ value, label: lookup(t.common.groups, value) }))}
          value={low || null}
          onChange={(value) => setLow(value ?? '')}
          comboboxProps={{ withinPortal: false }}
        />
      )}
      {(kind === 'r' || kind === 'f' || kind === 'm') && (
        <Select
          label={t.customers.filter[kind]}
          data={['5', '4', '3', '2', '1']}
          value={low || null}
          onChange={(value) => setLow(value ?? '')}
          comboboxProps={{ withinPortal: false }}
        />
      )}
      {numeric && (
        <div className={css.filterRange}>
          <NumberInput
            label={t.customers.minimum}
            description={description}
            value={low}
            onChange={(value) => setLow(String(value))}
            prefix={prefix}
            thousandSeparator=","
            min={0}
            hideControls
          />
          <NumberInput
            label={t.customers.maximum}
            description={description && ' '}
            value={high}
            onChange={(value) => setHigh(String(value))}
            prefix={prefix}
            thousandSeparator=","
            min={0}
            hideControls
          />
        </div>
      )}
      {kind === 'last_purchase' && (
        <div className={css.filterRange}>
          <TextInput
            type="date"
            label={t.customers.chip.after('', '').trim()}
            value={low}
            onChange={(event) => setLow(event.currentTarget.value)}
          />
          <TextInput
            type="date"
            label={t.customers.chip.before('', '').trim()}
            value={high}
            onChange={(event) => setHigh(event.currentTarget.value)}
          />
        </div>
      )}
      {(kind === 'cohort' || kind === 'active_in') && (
        <TextInput
          type="month"
          label={t.customers.filter[kind]}
          placeholder="2026-01"
          pattern="\d{4}-\d{2}"
          value={low}
          onChange={(event) => setLow(event.currentTarget.value)}
        />
      )}
      {kind === 'overdue' && <p className="muted">{t.customers.chip.overdue}</p>}
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
