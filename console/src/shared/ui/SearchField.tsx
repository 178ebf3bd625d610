import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useT } from '../i18n';
import css from './searchField.module.css';

const DEBOUNCE_MS = 250;

interface Props {
  label: string;
  placeholder: string;
  value: string;
  onChange: (text: string) => void;
}

/** Changes the address a moment after the last keystroke, and follows it when something else changed it. */
export function SearchField({ label, placeholder, value, onChange }: Props) {
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
      className={css.field}
      aria-label={label}
      placeholder={placeholder}
      leftSection={<IconSearch size={16} />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        later(event.currentTarget.value.trim());
      }}
      rightSection={
        text && (
          <CloseButton
            size={24}
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
