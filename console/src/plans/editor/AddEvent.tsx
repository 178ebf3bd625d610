import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useT } from '@/shared/i18n';
import { hasName, keyOf, newEvent } from '../document';
import css from '../plans.module.css';
import { EVENT_TYPES, type PlannedEvent } from '../types';

interface Props {
  events: PlannedEvent[];
  onAdd: (event: PlannedEvent) => void;
}

export function AddEvent({ events, onAdd }: Props) {
  const d = useT().plans.draft;
  const [type, setType] = useState<string>('track');
  const [name, setName] = useState('');
  const [error, setError] = useState<string | null>(null);
  const add = (submitted: FormEvent) => {
    submitted.preventDefault();
    const event = newEvent(type, hasName(type) ? name.trim() : '');
    if (type === 'track' && event.name === null) return setError(d.nameNeeded);
    if (events.some((one) => keyOf(one) === keyOf(event))) return setError(d.eventTaken);
    onAdd(event);
    setName('');
  };
  return (
    <form className={css.add} onSubmit={add} noValidate data-testid="add-event">
      <NativeSelect
        label={d.newType}
        value={type}
        onChange={(input) => {
          setType(input.currentTarget.value);
          setError(null);
        }}
        error={hasName(type) ? null : error}
      >
        {EVENT_TYPES.map((one) => (
          <option key={one} value={one} translate="no">
            {one}
          </option>
        ))}
      </NativeSelect>
      {hasName(type) && (
        <TextInput
          className={css.addField}
          label={d.newName}
          description={d.newNameHint}
          value={name}
          error={error}
          onChange={(input) => {
            setName(input.currentTarget.value);
            setError(null);
          }}
          translate="no"
        />
      )}
      <Button type="submit" variant="default" className={css.addButton}>
        {d.addEvent}
      </Button>
    </form>
  );
}
