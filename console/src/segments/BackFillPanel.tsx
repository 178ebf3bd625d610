import { Progress } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Panel } from '@/shared/ui/Panel';
import { backFillQuery } from './api';
import type { Segment } from './types';

export interface BackFill {
  percent: number;
  /** A version before serves until then. */
  hasBefore: boolean;
}

/** How far a segment is worked out of all facts; null where its newest version stands. */
export function useBackFill(segment: Segment): BackFill | null {
  const queryClient = useQueryClient();
  const { code, archived_at } = segment;
  const { data } = useQuery({ ...backFillQuery(segment), enabled: archived_at === null });
  const isFilling = data?.back_fill?.segments.includes(code) ?? false;
  const wasFilling = useRef(false);
  useEffect(() => {
    // What stands on the page is of the version before.
    if (wasFilling.current && !isFilling) {
      queryClient.invalidateQueries({ queryKey: ['segments'] });
      queryClient.invalidateQueries({ queryKey: ['rules'] });
    }
    wasFilling.current = isFilling;
  }, [isFilling, queryClient]);
  if (!isFilling || !data?.back_fill) return null;
  return { percent: data.back_fill.percent, hasBefore: data.counts[code] !== undefined };
}

export function BackFillPanel({ of: { percent, hasBefore } }: { of: BackFill }) {
  const b = useT().segments.backFill;
  const fmt = useFmt();
  const share = fmt.percent(percent / 100, 0);
  return (
    <Panel title={hasBefore ? b.newVersion : b.first} testId="back-fill">
      <p role="status">{b.looked(share)}</p>
      <Progress.Root size="md" my={8}>
        <Progress.Section value={percent} aria-label={b.looked(share)} />
      </Progress.Root>
      <p className="muted">{hasBefore ? b.untilThen : b.firstText}</p>
    </Panel>
  );
}
