import { NativeSelect, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { dayOf } from '@/shared/fmt/date';
import { useT } from '@/shared/i18n';
import css from './codes.module.css';
import { addDays, choiceOf, type Period, periodOf, SPANS } from './period';

/** The period that the address names. It begins with a day, so that it stays the same from one look to the next. */
export function usePeriod(): Period {
  const { days, from, until } = useSearch({ strict: false }) as Search;
  const { timeZone } = useFmt();
  return useMemo(() => periodOf({ days, from, until }, timeZone, new Date()), [days, from, until, timeZone]);
}

/** Which scans count: a span up to today, days of one's own, or all. It is in the address. */
export function PeriodField() {
  const t = useT();
  const fmt = useFmt();
  const p = t.codes.period;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const choice = choiceOf(search);
  const go = (next: Search) => {
    const { days: _, from: __, until: ___, page: ____, ...rest } = search;
    navigate({ to: '.', search: { ...rest, ...next }, replace: true, resetScroll: false });
  };
  const choose = (next: string) => {
    const today = dayOf(fmt.timeZone, new Date().toISOString());
    if (next === 'all') go({});
    else if (next === 'own') go({ from: addDays(today, -29), until: today });
    else go({ days: next });
  };
  const day = (name: 'from' | 'until') => (
    <TextInput
      type="date"
      aria-label={p[name]}
      title={p.zone(fmt.timeZone)}
      value={search[name] ?? ''}
      onChange={(event) => {
        const own: Search = { from: search.from ?? '', until: search.until ?? '' };
        go({ ...own, [name]: event.currentTarget.value });
      }}
    />
  );
  return (
    <div className={css.period}>
      <NativeSelect
        aria-label={p.label}
        value={choice}
        onChange={(event) => choose(event.currentTarget.value)}
        data={[
          { value: 'all', label: p.all },
          ...SPANS.map((value) => ({ value, label: p[value] })),
          { value: 'own', label: p.own },
        ]}
      />
      {choice === 'own' && (
        <>
          {day('from')}
          <span className="muted">{p.until}</span>
          {day('until')}
        </>
      )}
    </div>
  );
}
