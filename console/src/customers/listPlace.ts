import { useLocation, useSearch } from '@tanstack/react-router';
import type { Search } from '@/app/search';

/** Where somebody stands in the list: its filters and order, and the cursors of the pages 2, 3, … up to this one. */
export interface ListPlace {
  search: Search;
  cursors: string[];
}

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** Of the list. Not in the address: a cursor says neither which page it is nor what came before. */
    cursors?: string[];
    /** Of a customer: the list that led there. */
    list?: ListPlace;
  }
}

const FIRST_PAGE: string[] = [];

export function useListPlace(): ListPlace {
  const search = useSearch({ strict: false }) as Search;
  const cursors = useLocation({ select: (location) => location.state.cursors }) ?? FIRST_PAGE;
  return { search, cursors };
}
