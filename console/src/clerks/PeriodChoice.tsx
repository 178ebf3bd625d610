import { SegmentedControl, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import css from './clerks.module.css';
import { PERIOD_KINDS, type Period, type PeriodKind, periodOf, searchOf } from './period';

/** The days that the page is about, as its address says. */
export function usePeriod(): Period {
  const fmt = useFmt();
  const search = useSearch({ strict: false }) as Search;
  return periodOf(search, fmt.day(new Date().toISOString()));
}

/** Chooses them. What else is in the address stays. */
export function PeriodChoice({ period }: { period: Period }) {
  const p = useT().clerks.period;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const go = (next: Pick<Period, 'kind' | 'from' | 'to'>) => {
    const { period: _, from: __, to: ___, ...others } = search;
    navigate({ to: '.', search: { ...others, ...searchOf(next) }, replace: true, resetScroll: false });
  };
  return (
    <div className={css.period}>
      <SegmentedControl
        aria-label={p.label}
        value={period.kind}
        onChange={(kind) => go({ ...period, kind: kind as PeriodKind })}
        data={PERIOD_KINDS.map((value) => ({ value, label: p.kinds[value] }))}
      />
      {period.kind === 'own' && (
        <div className={css.days}>
          <TextInput
            type="date"
            label={p.from}
            value={period.from}
            max={period.to || undefined}
            onChange={(event) => go({ ...period, from: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label={p.to}
            value={period.to}
            min={period.from || undefined}
            error={period.isValid ? undefined : p.wrong}
            onChange={(event) => go({ ...period, to: event.currentTarget.value })}
          />
        </div>
      )}
    </div>
  );
}
