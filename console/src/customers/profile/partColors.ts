import type { ValuePartName } from '@/shared/api/types';

export const PART_COLORS: Record<ValuePartName, string> = {
  historical: 'var(--part-1)',
  current: 'var(--series-1)',
  potential: 'var(--series-2)',
};
