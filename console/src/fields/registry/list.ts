import type { Search } from '@/app/search';
import type { FieldItem } from './types';

/** Those that the address asks for: by state, class and what is typed. */
export function matching(items: FieldItem[], { search = '', class: klass = '', state = '' }: Search): FieldItem[] {
  const wanted = search.toLowerCase();
  return items.filter(({ field }) => {
    const isArchived = field.archived_at !== null;
    if (isArchived !== (state === 'archived') || (klass !== '' && field.class !== klass)) return false;
    return [field.name, field.name_zh, field.name_en].some((text) => text.toLowerCase().includes(wanted));
  });
}
