import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useT } from '@/shared/i18n';
import { newProperty } from '../document';
import css from '../plans.module.css';
import type { PlannedEvent, PlannedProperty } from '../types';

interface Props {
  event: PlannedEvent;
  onAdd: (property: PlannedProperty) => void;
}

export function AddProperty({ event, onAdd }: Props) {
  const t = useT();
  const d = t.plans.draft;
  const [path, setPath] = useState('');
  const [error, setError] = useState<string | null>(null);
  const add = (submitted: FormEvent) => {
    submitted.preventDefault();
    const wanted = path.trim();
    if (wanted === '') return setError(t.access.required);
    if (event.properties.some((one) => one.path === wanted)) return setError(d.pathTaken);
    onAdd(newProperty(wanted));
    setPath('');
  };
  return (
    <form className={css.add} onSubmit={add} noValidate>
      <TextInput
        className={css.addField}
        label={d.newPath}
        description={d.newPathHint}
        value={path}
        error={error}
        onChange={(input) => {
          setPath(input.currentTarget.value);
          setError(null);
        }}
        translate="no"
      />
      <Button type="submit" variant="default" className={css.addButton}>
        {d.addProperty}
      </Button>
    </form>
  );
}
