import { ActionIcon, Checkbox, Textarea } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { depthOf, seenShare, valuesOf } from '../document';
import css from '../plans.module.css';
import { type PlannedEvent, type PlannedProperty, VALUE_TYPES } from '../types';

interface Props {
  event: PlannedEvent;
  label: string;
  onChange?: (properties: PlannedProperty[]) => void;
}

export function PropertyList({ event, label, onChange }: Props) {
  const e = useT().plans.event;
  if (event.properties.length === 0) return <p className="muted">{e.noProperties}</p>;
  const change = (before: PlannedProperty, after: PlannedProperty | null) =>
    onChange?.(event.properties.flatMap((one) => (one === before ? (after ?? []) : one)));
  return (
    <ul className={css.properties} aria-label={label}>
      {event.properties.map((property) => (
        <PropertyRow
          key={property.path}
          event={event}
          property={property}
          onChange={onChange && ((after) => change(property, after))}
        />
      ))}
    </ul>
  );
}

interface RowProps {
  event: PlannedEvent;
  property: PlannedProperty;
  /** Null removes it. */
  onChange?: (property: PlannedProperty | null) => void;
}

/** A property: what it may be, whether it must be there, and how often it was. */
function PropertyRow({ event, property, onChange }: RowProps) {
  const t = useT();
  const { event: e, draft: d } = t.plans;
  const [open, setOpen] = useState(false);
  const bodyId = useId();
  const types = property.types.map((type) => lookup(t.plans.types, type)).join(t.plans.or);
  return (
    <li className={css.property} data-path={property.path}>
      <span className={css.path} style={{ paddingLeft: depthOf(property.path) * 16 }}>
        <span className="mono" translate="no">
          {property.path}
        </span>
      </span>
      <span className={css.types}>{types}</span>
      <span className={css.need}>
        {onChange ? (
          <Checkbox
            size="xs"
            label={e.required}
            aria-label={d.requiredOf(property.path)}
            checked={property.required}
            onChange={(input) => onChange({ ...property, required: input.currentTarget.checked })}
          />
        ) : property.required ? (
          e.required
        ) : (
          <span className="muted">{e.optional}</span>
        )}
      </span>
      <Seen event={event} property={property} />
      {onChange && (
        <span className={css.propertyActions}>
          <ActionIcon
            size={28}
            aria-label={d.editProperty(property.path)}
            aria-expanded={open}
            aria-controls={open ? bodyId : undefined}
            onClick={() => setOpen(!open)}
          >
            <IconPencil size={16} stroke={1.75} />
          </ActionIcon>
          <ActionIcon size={28} aria-label={d.removeProperty(property.path)} onClick={() => onChange(null)}>
            <IconTrash size={16} stroke={1.75} />
          </ActionIcon>
        </span>
      )}
      {property.values.length > 0 && !open && (
        <span className={css.values}>{e.values(property.values.join(', '))}</span>
      )}
      {open && onChange && (
        <div id={bodyId} className={css.propertyBody}>
          <fieldset className={css.typeChoice}>
            <legend>{d.typesOf}</legend>
            {VALUE_TYPES.map((type) => (
              <Checkbox
                key={type}
                size="xs"
                label={t.plans.types[type]}
                checked={property.types.includes(type)}
                onChange={() => onChange(withType(property, type))}
              />
            ))}
          </fieldset>
          {property.types.includes('text') && <Values property={property} onChange={onChange} />}
        </div>
      )}
    </li>
  );
}

/** At least one type stays; values are of texts alone. */
function withType(property: PlannedProperty, type: string): PlannedProperty {
  const has = property.types.includes(type);
  const types = VALUE_TYPES.filter((one) => (one === type ? !has : property.types.includes(one)));
  if (types.length === 0) return property;
  return { ...property, types: [...types], values: types.includes('text') ? property.values : [] };
}

/** As typed, until it is left: lines that are empty for a moment do not vanish under the fingers. */
function Values({ property, onChange }: { property: PlannedProperty; onChange: (after: PlannedProperty) => void }) {
  const d = useT().plans.draft;
  const [text, setText] = useState(property.values.join('\n'));
  return (
    <Textarea
      label={d.valuesOf}
      description={d.valuesHint}
      rows={4}
      value={text}
      onChange={(input) => {
        setText(input.currentTarget.value);
        onChange({ ...property, values: valuesOf(input.currentTarget.value) });
      }}
      translate="no"
    />
  );
}

function Seen({ event, property }: { event: PlannedEvent; property: PlannedProperty }) {
  const s = useT().plans.seen;
  const fmt = useFmt();
  if (property.seen === null) return <span className={css.seen} />;
  const share = seenShare(event, property);
  return (
    <span className={css.seen} title={s.times(fmt.count(property.seen))}>
      {share === null ? s.times(fmt.count(property.seen)) : s.share(fmt.percent(share, share === 1 ? 0 : 1))}
    </span>
  );
}
