import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useCan } from '@/access/me';
import { useLocale } from '@/shared/i18n';
import { touchPointsQuery } from './api';
import { namesByCode, openChoices } from './names';

/** Names of touch-points, for screens that show what belongs to one. */
export function useTouchPoints() {
  const { locale } = useLocale();
  const can = useCan();
  const list = useQuery({ ...touchPointsQuery, enabled: can('touch_points.read') }).data;
  return useMemo(() => {
    const choices = openChoices(list, locale);
    const open = new Set(choices.map(({ value }) => value));
    return {
      nameOf: namesByCode(list, locale),
      choices,
      /** Whether it takes new facts; taken as one that does until the registry has come. */
      isOpen: (code: string) => list === undefined || open.has(code),
      list,
    };
  }, [list, locale]);
}
