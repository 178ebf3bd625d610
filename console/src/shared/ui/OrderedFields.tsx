import { ActionIcon, Button } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useFmt } from '../fmt';
import { moved } from './moved';
import css from './orderedFields.module.css';

interface Words {
  up: (number: string) => string;
  down: (number: string) => string;
  remove: (number: string) => string;
}

interface At<T> {
  place: number;
  /** As people count. */
  number: string;
  /** Up, down and away. */
  tools: ReactNode;
  change: (next: T) => void;
}

interface Props<T> {
  legend: string;
  /** A heading above says it already. */
  isTitled?: boolean;
  error?: string;
  words: Words;
  items: T[];
  least?: number;
  most: number;
  /** What adds one more, and what it is then. */
  add: string;
  made: T;
  onChange: (items: T[]) => void;
  children: (item: T, at: At<T>) => ReactNode;
}

/** Things that a form has several of, in an order: each in a box of its own, with what moves it and takes it away. */
export function OrderedFields<T>(props: Props<T>) {
  const { legend, isTitled, error, words, items, least = 0, most, add, made, onChange, children } = props;
  const fmt = useFmt();
  const toolsOf = (place: number, number: string) => (
    <span className={css.tools}>
      <ActionIcon
        size={28}
        disabled={place === 0}
        aria-label={words.up(number)}
        onClick={() => onChange(moved(items, place, -1))}
      >
        <IconArrowUp size={16} />
      </ActionIcon>
      <ActionIcon
        size={28}
        disabled={place === items.length - 1}
        aria-label={words.down(number)}
        onClick={() => onChange(moved(items, place, 1))}
      >
        <IconArrowDown size={16} />
      </ActionIcon>
      <ActionIcon
        size={28}
        disabled={items.length <= least}
        aria-label={words.remove(number)}
        onClick={() => onChange(items.filter((_, at) => at !== place))}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </span>
  );
  return (
    <fieldset className={css.all}>
      <legend className={isTitled ? 'visually-hidden' : undefined}>{legend}</legend>
      {error && (
        <p className={css.error} role="alert">
          {error}
        </p>
      )}
      <ol>
        {items.map((item, place) => {
          const number = fmt.count(place + 1);
          const change = (next: T) => onChange(items.map((one, at) => (at === place ? next : one)));
          return (
            // It has no name of its own; it is what stands at its place.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <li key={place} className={css.one}>
              {children(item, { place, number, tools: toolsOf(place, number), change })}
            </li>
          );
        })}
      </ol>
      {items.length < most && (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...items, made])}
        >
          {add}
        </Button>
      )}
    </fieldset>
  );
}
