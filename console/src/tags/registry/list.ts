import type { Search } from '@/app/search';
import type { TagGroup, TagGroupItem } from '../types';

const named = ({ code, name_zh, name_en }: Pick<TagGroup, 'code' | 'name_zh' | 'name_en'>, wanted: string) =>
  [code, name_zh, name_en].some((text) => text.toLowerCase().includes(wanted));

/**
 * Groups with what the address asks for: those in use with their tags in use, or whatever is archived. Of a group that
 * is found by its own name all tags are shown.
 */
export function matching(items: TagGroupItem[], { search = '', state = '' }: Search): TagGroupItem[] {
  const wanted = search.toLowerCase();
  return items.flatMap((item) => {
    const isGroupArchived = item.group.archived_at !== null;
    if (state !== 'archived' && isGroupArchived) return [];
    const shown = item.tags.filter(
      ({ tag }) => (isGroupArchived || tag.archived_at !== null) === (state === 'archived'),
    );
    const isFound = named(item.group, wanted);
    const tags = isFound ? shown : shown.filter(({ tag }) => named(tag, wanted));
    const isEmptyShown = isFound && (state === 'archived' ? isGroupArchived : true);
    return tags.length > 0 || isEmptyShown ? [{ ...item, tags }] : [];
  });
}
