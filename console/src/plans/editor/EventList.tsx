import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { FieldError } from '@/shared/api/client';
import { useT } from '@/shared/i18n';
import { keyOf, matchingEvents, placeOf } from '../document';
import css from '../plans.module.css';
import type { PlannedEvent } from '../types';
import { AddEvent } from './AddEvent';
import { EventRow } from './EventRow';

/** From so many on, somebody looks for one. */
const SEARCH_FROM = 6;

interface Props {
  events: PlannedEvent[];
  refused: FieldError[];
  /** Without it the plan is only shown. */
  onChange?: (events: PlannedEvent[]) => void;
}

export function EventList({ events, refused, onChange }: Props) {
  const t = useT();
  const d = t.plans.draft;
  const [search, setSearch] = useState('');
  const shown = matchingEvents(events, search);
  const change = (before: PlannedEvent, after: PlannedEvent | null) =>
    onChange?.(events.flatMap((one) => (one === before ? (after ?? []) : one)));
  const errorsOf = (event: PlannedEvent) => {
    const place = events.indexOf(event);
    return refused.filter(({ pointer }) => placeOf(pointer)?.event === place);
  };
  return (
    <>
      {events.length >= SEARCH_FROM && (
        <TextInput
          className={css.search}
          aria-label={d.search}
          placeholder={d.search}
          leftSection={<IconSearch size={16} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      {events.length > 0 && shown.length === 0 && <p className={css.none}>{d.noMatch}</p>}
      <ul className={css.events} aria-label={d.list}>
        {shown.map((event) => (
          <EventRow
            key={keyOf(event)}
            event={event}
            errors={errorsOf(event)}
            onChange={onChange && ((after) => change(event, after))}
          />
        ))}
      </ul>
      {onChange && (
        <AddEvent
          events={events}
          onAdd={(event) => {
            setSearch('');
            onChange([...events, event]);
          }}
        />
      )}
    </>
  );
}
