import { Button } from '@mantine/core';
import { useT } from '../i18n';
import css from './loadMore.module.css';
import { ErrorPanel, RefreshFailed } from './StateView';

interface Paged {
  data: unknown;
  error: Error | null;
  dataUpdatedAt: number;
  isFetching: boolean;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
}

/** Above a list that grows: what went wrong with it. A page that did not come is the matter of `LoadMore`. */
export function PagedError({ query }: { query: Paged }) {
  if (!query.error || query.isFetchNextPageError) return null;
  if (query.data === undefined) return <ErrorPanel error={query.error} onRetry={query.refetch} />;
  return <RefreshFailed query={query} />;
}

/** Below a list that grows. */
export function LoadMore({ query }: { query: Paged }) {
  const t = useT();
  if (query.isFetchNextPageError)
    return (
      <div className={css.more}>
        <ErrorPanel error={query.error} onRetry={query.fetchNextPage} />
      </div>
    );
  if (!query.hasNextPage) return null;
  return (
    <div className={css.more}>
      <Button variant="default" onClick={() => query.fetchNextPage()} loading={query.isFetchingNextPage}>
        {t.common.loadMore}
      </Button>
    </div>
  );
}
