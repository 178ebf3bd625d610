import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useT } from '@/shared/i18n';
import css from './customers.module.css';

const DEBOUNCE_MS = 250;

/** Changes the address a moment after the last keystroke, and follows it when something else changed it. */
export function SearchField({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const t = useT();
  const [text, setText] = useState(value);
  // What this field asked for last: when the address says just that, what was typed since then must stay.
  const sent = useRef(value);
  const send = (wanted: string) => {
    if (wanted === sent.current) return;
    sent.current = wanted;
    onChange(wanted);
  };
  const later = useDebouncedCallback(send, DEBOUNCE_MS);
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    later.cancel();
    setText(value);
  }, [value, later]);
  return (
    <TextInput
      className={css.searchField}
      aria-label={t.customers.search}
      placeholder={t.customers.searchPlaceholder}
      leftSection={<IconSearch size={16} />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        later(event.currentTarget.value.trim());
      }}
      rightSection={
        text && (
          <CloseButton
            size="sm"
            aria-label={t.common.clear}
            onClick={() => {
              later.cancel();
              setText('');
              send('');
            }}
          />
        )
      }
      data-search-field
    />
  );
}
