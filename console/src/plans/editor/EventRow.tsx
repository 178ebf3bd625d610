import { Button, Checkbox, Textarea, UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { FieldError } from '@/shared/api/client';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import css from '../plans.module.css';
import type { PlannedEvent } from '../types';
import { eventName } from '../words';
import { AddProperty } from './AddProperty';
import { PropertyList } from './PropertyList';

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
  const set = (change: Partial<PlannedEvent>) => onChange?.({ ...event, ...change });
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
        <div className={css.eventBody}>
          {errors.length > 0 && (
            <div role="alert">
              <ul className={css.refused}>
                {errors.map((error) => (
                  <li key={error.pointer + error.detail} lang="en">
                    {error.pointer.replace(/^\/draft\/events\/\d+\/?/, '')}: {error.detail}
                  </li>
                ))}
              </ul>
            </div>
          )}
          {onChange ? (
            <Textarea
              label={d.description}
              description={d.descriptionHint}
              autosize={false}
              rows={2}
              maxLength={500}
              value={event.description}
              onChange={(input) => set({ description: input.currentTarget.value })}
            />
          ) : (
            event.description && <p>{event.description}</p>
          )}
          <PropertyList
            event={event}
            onChange={onChange && ((properties) => set({ properties }))}
            label={e.propertyTable(eventName(t, event))}
          />
          {onChange ? (
            <>
              <AddProperty event={event} onAdd={(one) => set({ properties: [...event.properties, one] })} />
              <div className={css.eventFoot}>
                <Checkbox
                  label={e.other}
                  checked={event.other_properties}
                  onChange={(input) => set({ other_properties: input.currentTarget.checked })}
                />
                <Button
                  size="xs"
                  variant="default"
                  onClick={() => onChange(null)}
                  aria-label={`${d.removeEvent}: ${eventName(t, event)}`}
                >
                  {d.removeEvent}
                </Button>
              </div>
            </>
          ) : (
            event.other_properties && <p className="muted">{e.other}</p>
          )}
        </div>
      )}
    </li>
  );
}
