import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '@/shared/api/client';

const MOST_RETRIES = 2;

/** Only what may pass by itself is tried again; an answer that says no stays a no. */
function mayPass(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status === 503);
}

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
