import { Button, Checkbox, Textarea } from '@mantine/core';
import type { FieldError } from '@/shared/api/client';
import { useT } from '@/shared/i18n';
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

/** What a plan says of one event, to be changed. */
export function EventBody({ event, errors, onChange }: Props) {
  const t = useT();
  const { event: e, draft: d } = t.plans;
  const set = (change: Partial<PlannedEvent>) => onChange?.({ ...event, ...change });
  return (
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
  );
}
