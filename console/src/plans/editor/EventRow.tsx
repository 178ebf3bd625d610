import { UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { FieldError } from '@/shared/api/client';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { LoadingBlock } from '@/shared/ui/StateView';
import css from '../plans.module.css';
import type { PlannedEvent } from '../types';

/** Most events of a plan stay closed. */
const EventBody = lazy(() => import('./EventBody').then((module) => ({ default: module.EventBody })));

interface Props {
  event: PlannedEvent;
  /** What the server refuses of it. */
  errors: FieldError[];
  /** Null removes it. Without this it is only shown. */
  onChange?: (event: PlannedEvent | null) => void;
}

/** One event in a line; opened, its properties. */
export function EventRow({ event, errors, onChange }: Props) {
  const t = useT();
  const fmt = useFmt();
  const { event: e, seen: s, draft: d } = t.plans;
  // A new one is empty: that is to be filled now.
  const [open, setOpen] = useState(onChange !== undefined && event.seen === null && event.properties.length === 0);
  return (
    <li className={css.event} data-event={event.name ?? event.type} data-refused={errors.length > 0 || undefined}>
      <UnstyledButton className={css.eventHead} aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconChevronRight size={14} className={css.chevron} data-open={open || undefined} aria-hidden="true" />
        <span className={css.eventName}>
          <span className="mono muted">{event.type}</span>{' '}
          {event.name ? (
            <span translate="no">{event.name}</span>
          ) : (
            <span className="muted">{event.type === 'page' || event.type === 'screen' ? e.anyName : e.noName}</span>
          )}
        </span>
        <span className={css.eventFacts}>
          {errors.length > 0 && <Chip tone="danger">{d.refusedParts(fmt.count(errors.length))}</Chip>}
          <span>{e.properties(fmt.count(event.properties.length))}</span>
          {event.other_properties && <span>{e.otherShort}</span>}
          {event.seen !== null && <span>{s.times(fmt.count(event.seen))}</span>}
        </span>
      </UnstyledButton>
      {open && (
        <Suspense fallback={<LoadingBlock lines={3} height={32} />}>
          <EventBody event={event} errors={errors} onChange={onChange} />
        </Suspense>
      )}
    </li>
  );
}
