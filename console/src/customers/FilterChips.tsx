import { ActionIcon, Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import css from './customers.module.css';
import { chipsOf, without } from './filters';
import { useBrand } from './useBrand';

export function FilterChips({ search, onChange }: { search: Search; onChange: (next: Search) => void }) {
  const t = useT();
  const fmt = useFmt();
  const brand = useBrand();
  const chips = chipsOf(search, t, fmt, brand);
  if (chips.length === 0) return null;
  const all = chips.flatMap((chip) => chip.keys);
  return (
    <ul className={css.chips} aria-label={t.customers.filterBy}>
      {chips.map((chip) => (
        <li key={chip.keys.join(' ')} className={css.filterChip} data-testid="filter-chip">
          {chip.text}
          <ActionIcon
            size={24}
            radius="xl"
            aria-label={t.customers.removeFilter(chip.text)}
            onClick={() => onChange(without(search, chip.keys))}
          >
            <IconX size={14} />
          </ActionIcon>
        </li>
      ))}
      {chips.length > 1 && (
        <li>
          <Button variant="subtle" size="compact-sm" onClick={() => onChange(without(search, all))}>
            {t.customers.clearFilters}
          </Button>
        </li>
      )}
    </ul>
  );
}
