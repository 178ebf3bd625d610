import { NativeSelect, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Search } from '@/app/search';
import { dayOf } from '@/shared/fmt/date';
import { useT } from '@/shared/i18n';
import css from './forms.module.css';
import { addDays, choiceOf, SPANS, type Span } from './span';

interface Props {
  /** What is of these days. */
  label: string;
  /** Whose days they are. */
  timeZone: string;
  /** Where the address says nothing. */
  usual: Span | 'all';
  /** Not where the server wants both days. */
  withAll?: boolean;
}

/** Which days count: a span up to today, days of one's own, or all. It is in the address; another page is the first again. */
export function SpanField({ label, timeZone, usual, withAll = true }: Props) {
  const s = useT().common.span;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const choice = choiceOf(search, usual);
  const go = (next: Search) => {
    const { days: _, from: __, until: ___, page: ____, ...rest } = search;
    navigate({ to: '.', search: { ...rest, ...next }, replace: true, resetScroll: false });
  };
  const choose = (next: string) => {
    const today = dayOf(timeZone, new Date().toISOString());
    if (next === 'own') go({ from: addDays(today, -29), until: today });
    else go(next === 'all' && usual === 'all' ? {} : { days: next });
  };
  const day = (name: 'from' | 'until') => (
    <TextInput
      type="date"
      aria-label={s[name]}
      title={s.zone(timeZone)}
      value={search[name] ?? ''}
      onChange={(event) => {
        const own: Search = { from: search.from ?? '', until: search.until ?? '' };
        go({ ...own, [name]: event.currentTarget.value });
      }}
    />
  );
  return (
    <div className={css.span}>
      <NativeSelect
        aria-label={label}
        title={s.zone(timeZone)}
        value={choice}
        onChange={(event) => choose(event.currentTarget.value)}
        data={[
          ...(withAll ? [{ value: 'all', label: s.all }] : []),
          ...SPANS.map((value) => ({ value, label: s[value] })),
          { value: 'own', label: s.own },
        ]}
      />
      {choice === 'own' && (
        <>
          {day('from')}
          <span className="muted">{s.until}</span>
          {day('until')}
        </>
      )}
    </div>
  );
}
