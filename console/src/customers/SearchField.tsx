import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useT } from '@/shared/i18n';
import css from './customers.module.css';

const DEBOUNCE_MS = 250;

/** Follows the address, and changes it a moment after the last keystroke. */
export function SearchField({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const t = useT();
  const [text, setText] = useState(value);
  const later = useDebouncedCallback(onChange, DEBOUNCE_MS);
  useEffect(() => setText(value), [value]);
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
              setText('');
              onChange('');
            }}
          />
        )
      }
      data-search-field
    />
  );
}
