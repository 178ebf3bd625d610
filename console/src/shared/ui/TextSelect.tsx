import { Select, type SelectProps } from '@mantine/core';

export type TextSelectProps = SelectProps<string>;

/** Loaded by itself: see `SearchSelect`. */
export function TextSelect(props: TextSelectProps) {
  return <Select<string> searchable allowDeselect={false} {...props} />;
}
