import { Button, NativeSelect } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { SpanField } from '@/app/forms/SpanField';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { SearchField } from '@/shared/ui/SearchField';
import { useTouchPoints } from '@/touchPoints/useTouchPoints';
import { fetchSheet } from './api';
import { useBase } from './base';
import css from './codes.module.css';
import type { CodesReport } from './types';
import { useDownload } from './useDownload';

/** Batches that the report has, the newest first. */
function batchesOf(report: CodesReport) {
  const batches = new Map<string, { at: string; count: number }>();
  for (const { code } of report.items) {
    const batch = batches.get(code.batch_id) ?? { at: code.created_at, count: 0 };
    batches.set(code.batch_id, { ...batch, count: batch.count + 1 });
  }
  return [...batches].sort(([, one], [, other]) => other.at.localeCompare(one.at));
}

export function FilterBar({ report, aside }: { report: CodesReport; aside: ReactNode }) {
  const t = useT();
  const fmt = useFmt();
  const k = t.codes;
  const [base] = useBase();
  const { nameOf } = useTouchPoints();
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const sheet = useDownload();
  const set = (name: string, value: string) => {
    const { [name]: _, page: __, ...rest } = search;
    const next = value === '' ? rest : { ...rest, [name]: value };
    navigate({ to: '/codes', search: next, replace: true, resetScroll: false });
  };
  const touchPoints = [...new Set(report.items.map(({ code }) => code.touch_point))].sort();
  const { batch } = search;
  return (
    <div className={css.bar}>
      <SearchField
        label={k.search}
        placeholder={k.searchPlaceholder}
        value={search.search ?? ''}
        onChange={(text) => set('search', text)}
      />
      <NativeSelect
        aria-label={k.filter.touchPoint}
        value={search.touch_point ?? ''}
        onChange={(event) => set('touch_point', event.currentTarget.value)}
        translate="no"
        data={[
          { value: '', label: k.filter.anyTouchPoint },
          ...touchPoints.map((value) => ({ value, label: nameOf(value) })),
        ]}
      />
      <NativeSelect
        aria-label={k.filter.state}
        value={search.state ?? ''}
        onChange={(event) => set('state', event.currentTarget.value)}
        data={[
          { value: '', label: k.filter.anyState },
          { value: 'active', label: k.states.active },
          { value: 'paused', label: k.states.paused },
        ]}
      />
      <NativeSelect
        aria-label={k.filter.batch}
        className={css.batch}
        value={batch ?? ''}
        onChange={(event) => set('batch', event.currentTarget.value)}
        data={[
          { value: '', label: k.filter.anyBatch },
          ...batchesOf(report).map(([value, { at, count }]) => ({
            value,
            label: k.batchOf(fmt.listTime(at), fmt.count(count)),
          })),
        ]}
      />
      <SpanField label={k.period} timeZone={fmt.timeZone} usual="all" />
      <div className={css.barEnd}>
        {batch && (
          <Button
            variant="default"
            leftSection={<IconDownload size={16} />}
            title={k.sheet.hint}
            loading={sheet.isPending}
            onClick={() => sheet.mutate({ name: `codes-${batch}.pdf`, fetch: () => fetchSheet(batch, base) })}
          >
            {k.sheet.action}
          </Button>
        )}
        {aside}
      </div>
    </div>
  );
}
