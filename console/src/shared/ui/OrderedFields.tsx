import { ActionIcon, Button } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useFmt } from '../fmt';
import { moved } from './moved';
import css from './orderedFields.module.css';

interface Words {
  up: (number: string) => string;
  down: (number: string) => string;
  remove: (number: string) => string;
}

type Tool = 'up' | 'down' | 'remove';

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

/** Names of items that have none of their own: each keeps what belongs to it, wherever it is moved. */
function useNames(count: number) {
  const next = useRef(0);
  const [names, setNames] = useState<number[]>([]);
  const made = (some: number) => Array.from({ length: some }, () => next.current++);
  let now = names;
  if (names.length !== count) {
    // They came from elsewhere.
    now = names.length < count ? [...names, ...made(count - names.length)] : names.slice(0, count);
    setNames(now);
  }
  return { names: now, setNames };
}

/** Things that a form has several of, in an order: each in a box of its own, with what moves it and takes it away. */
export function OrderedFields<T>(props: Props<T>) {
  const { legend, isTitled, error, words, items, least = 0, most, add, made, onChange, children } = props;
  const fmt = useFmt();
  const { names, setNames } = useNames(items.length);
  const list = useRef<HTMLOListElement>(null);
  /** Where the focus goes once the order is shown: to what was moved, or to what took the place of what went. */
  const [wanted, setWanted] = useState<{ place: number; tools: Tool[] } | null>(null);
  useEffect(() => {
    if (!wanted) return;
    const box = list.current?.children[wanted.place];
    const buttons = wanted.tools.map((tool) => box?.querySelector<HTMLButtonElement>(`button[data-tool="${tool}"]`));
    buttons.find((button) => button && !button.disabled)?.focus();
    setWanted(null);
  }, [wanted]);
  const move = (place: number, by: 1 | -1) => {
    setNames(moved(names, place, by));
    setWanted({ place: place + by, tools: by === 1 ? ['down', 'up'] : ['up', 'down'] });
    onChange(moved(items, place, by));
  };
  const remove = (place: number) => {
    setNames(names.filter((_, at) => at !== place));
    setWanted({ place: Math.min(place, items.length - 2), tools: ['remove', 'down', 'up'] });
    onChange(items.filter((_, at) => at !== place));
  };
  const toolsOf = (place: number, number: string) => (
    <span className={css.tools}>
      <ActionIcon
        size={28}
        data-tool="up"
        disabled={place === 0}
        aria-label={words.up(number)}
        onClick={() => move(place, -1)}
      >
        <IconArrowUp size={16} />
      </ActionIcon>
      <ActionIcon
        size={28}
        data-tool="down"
        disabled={place === items.length - 1}
        aria-label={words.down(number)}
        onClick={() => move(place, 1)}
      >
        <IconArrowDown size={16} />
      </ActionIcon>
      <ActionIcon
        size={28}
        data-tool="remove"
        disabled={items.length <= least}
        aria-label={words.remove(number)}
        onClick={() => remove(place)}
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
      <ol ref={list}>
        {items.map((item, place) => {
          const number = fmt.count(place + 1);
          const change = (next: T) => onChange(items.map((one, at) => (at === place ? next : one)));
          return (
            <li key={names[place]} className={css.one}>
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
