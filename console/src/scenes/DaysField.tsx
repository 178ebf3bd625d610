import { NativeSelect, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Search } from '@/app/search';
import { addDays, SPANS } from '@/codes/period';
import { useT } from '@/shared/i18n';
import { chosenOf } from './scenes';
import css from './scenes.module.css';

/** Which days count: a span up to today, days of one's own, or all. It is in the address. */
export function DaysField() {
  const d = useT().scenes.days;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const choice = chosenOf(search);
  const go = (next: Search) => navigate({ to: '.', search: next, replace: true, resetScroll: false });
  const choose = (next: string) => {
    const today = new Date().toISOString().slice(0, 10);
    go(next === 'own' ? { from: addDays(today, -29), until: today } : { days: next });
  };
  const day = (name: 'from' | 'until') => (
    <TextInput
      type="date"
      aria-label={d[name]}
      value={search[name] ?? ''}
      onChange={(event) =>
        go({ from: search.from ?? '', until: search.until ?? '', [name]: event.currentTarget.value })
      }
    />
  );
  return (
    <div className={css.days}>
      <NativeSelect
        aria-label={d.label}
        title={d.zone}
        value={choice}
        onChange={(event) => choose(event.currentTarget.value)}
        data={[
          ...SPANS.map((value) => ({ value, label: d[value] })),
          { value: 'all', label: d.all },
          { value: 'own', label: d.own },
        ]}
      />
      {choice === 'own' && (
        <>
          {day('from')}
          {day('until')}
        </>
      )}
    </div>
  );
}
