import { useQuery } from '@tanstack/react-query';
import { cardsQuery } from './api';

/** The name for the code of a card; the code itself where there is none, or until they have come. */
export function useCardName(): (code: string) => string {
  const cards = useQuery(cardsQuery).data?.items;
  return (code) => cards?.find((one) => one.code === code)?.name ?? code;
}
