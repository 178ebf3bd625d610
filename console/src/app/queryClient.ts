import { QueryClient } from '@tanstack/react-query';
import { ApiError, mayPass } from '@/shared/api/client';

const MOST_RETRIES = 2;

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        refetchOnWindowFocus: true,
        retry: (count, error) => count < MOST_RETRIES && mayPass(error),
        retryDelay: (count, error) =>
          error instanceof ApiError && error.retryAfterSecs ? error.retryAfterSecs * 1000 : 800 * 2 ** count,
      },
    },
  });
}
