import type { Search } from '@/app/search';
import type { Form, State } from './types';
import { STATES } from './types';

// All forms are in one answer; what is shown of them is a matter of the console.

export function stateOf({ archived_at, settings: { ends_at } }: Form, now: number): State {
  if (archived_at !== null) return 'closed';
  return ends_at !== null && Date.parse(ends_at) <= now ? 'ended' : 'open';
}

export function shownOf(search: Search): { text: string; state: State; page: number } {
  const page = Number(search.page);
  return {
    text: search.search ?? '',
    state: STATES.find((one) => one === search.state) ?? 'open',
    page: Number.isInteger(page) && page > 1 ? page : 1,
  };
}

/** Also by the end of its address, by what it is called above its fields, and by what it fills. */
export function matching<T extends Form>(forms: T[], text: string): T[] {
  const wanted = text.trim().toLowerCase();
  return forms.filter(({ id, path, settings: { name, title, campaign, fields } }) =>
    [id, path, name, title.zh, title.en, campaign ?? '', ...fields.map((field) => field.name)].some((one) =>
      one.toLowerCase().includes(wanted),
    ),
  );
}
