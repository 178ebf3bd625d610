import { ActionIcon, Button, CopyButton, Skeleton } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCopy, IconLock } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client';
import { useFmt } from '../fmt';
import { lookup, useT } from '../i18n';
import { errorDetail, errorText } from './errorText';
import { Notice } from './Notice';
import css from './states.module.css';

export { errorText } from './errorText';

interface StateProps {
  icon?: ReactNode;
  title: string;
  text?: ReactNode;
  children?: ReactNode;
  testId?: string;
}

/** An empty state: what is missing, why, and one way on. */
export function StateView({ icon, title, text, children, testId }: StateProps) {
  return (
    <div className={css.state} data-testid={testId}>
      {icon && (
        <span className={css.stateIcon} aria-hidden="true">
          {icon}
        </span>
      )}
      <p className={css.stateTitle}>{title}</p>
      {text && <p className={css.stateText}>{text}</p>}
      {children && <div className={css.stateActions}>{children}</div>}
    </div>
  );
}

export function RequestId({ id }: { id: string }) {
  const t = useT();
  return (
    <span className={css.requestId}>
      <span className="mono">{t.common.requestId(id)}</span>
      <CopyButton value={id}>
        {({ copied, copy }) => (
          <ActionIcon size={24} onClick={copy} aria-label={copied ? t.common.copied : t.common.copy}>
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        )}
      </CopyButton>
    </span>
  );
}

export function ErrorPanel({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useT();
  const problem = error instanceof ApiError ? error : null;
  if (problem?.code === 'forbidden') return <ForbiddenView right={problem.right} />;
  return (
    <div className={css.errorPanel} role="alert" data-testid="error-panel">
      <IconAlertTriangle size={20} color="var(--danger)" aria-hidden="true" />
      <div className={css.errorBody}>
        <p className={css.errorTitle}>{t.common.errorTitle}</p>
        <p>{errorText(t, error)}</p>
        <ErrorDetail error={error} />
        {problem?.requestId && <RequestId id={problem.requestId} />}
      </div>
      {onRetry && (
        <Button variant="default" onClick={onRetry}>
          {t.common.retry}
        </Button>
      )}
    </div>
  );
}

/** The server's own words, where they say more than ours. They are English on every screen. */
export function ErrorDetail({ error }: { error: unknown }) {
  const detail = errorDetail(error);
  return detail ? (
    <p className={css.detail} lang="en">
      {detail}
    </p>
  ) : null;
}

export function ForbiddenView({ right }: { right: string | null }) {
  const t = useT();
  return (
    <StateView
      testId="state-forbidden"
      icon={<IconLock size={28} stroke={1.5} />}
      title={t.common.empty.forbiddenTitle}
      text={
        right
          ? t.common.empty.forbiddenText(lookup(t.common.rights, right), right)
          : t.common.empty.forbiddenTextUnknown
      }
    />
  );
}

/** Blocks with the final geometry; they appear after 150 ms, so a fast answer never flickers. */
export function LoadingBlock({ height, lines }: { height?: number; lines?: number }) {
  const t = useT();
  const count = lines ?? 1;
  return (
    <div className={css.skeleton} data-loading-block role="status" aria-label={t.common.loading}>
      {Array.from({ length: count }, (_, index) => (
        <Skeleton key={`line-${String(index)}`} height={height ?? 20} mb={index < count - 1 ? 8 : 0} animate={false} />
      ))}
      <p className={css.still}>{t.common.stillComputing}</p>
    </div>
  );
}

/** Where a list will be, in a panel without an edge of its own. */
export function LoadingList() {
  return (
    <div className={css.list}>
      <LoadingBlock lines={4} height={40} />
    </div>
  );
}

type Refreshed = Pick<UseQueryResult, 'error' | 'dataUpdatedAt' | 'isFetching'> & { refetch: () => unknown };

/** Above data that could not be refreshed: since when it is old, why, and another try. */
export function RefreshFailed({ query }: { query: Refreshed }) {
  const t = useT();
  const fmt = useFmt();
  if (!query.error) return null;
  const since = fmt.listTime(new Date(query.dataUpdatedAt).toISOString());
  return (
    <div className={css.refreshFailed} role="status" data-testid="refresh-failed">
      <Notice tone="warning" title={t.common.refreshFailed(since)}>
        <p>{errorText(t, query.error)}</p>
        <Button variant="default" size="xs" mt={4} loading={query.isFetching} onClick={() => query.refetch()}>
          {t.common.retry}
        </Button>
      </Notice>
    </div>
  );
}

interface PanelQueryProps<T> {
  query: UseQueryResult<T>;
  loading: ReactNode;
  /** For what refreshes by itself every few seconds, and for forms: not dimmed while it does. */
  quiet?: boolean;
  children: (data: T) => ReactNode;
  /** Answers that are no failure for this panel, for instance 404 `no_backtest`. */
  onError?: (error: ApiError) => ReactNode | null;
}

/** The standard states of one panel: skeleton, failure in place, old data kept while it refreshes or cannot. */
export function QueryView<T>({ query, loading, quiet, children, onError }: PanelQueryProps<T>) {
  if (query.data !== undefined) {
    const refreshing = query.isFetching && (query.isPlaceholderData || (query.isRefetching && !quiet));
    return (
      <>
        <RefreshFailed query={query} />
        <div className={refreshing ? css.refreshing : undefined} aria-busy={refreshing || undefined}>
          {children(query.data)}
        </div>
      </>
    );
  }
  if (query.error) {
    const own = query.error instanceof ApiError ? onError?.(query.error) : null;
    return own ?? <ErrorPanel error={query.error} onRetry={() => query.refetch()} />;
  }
  return loading;
}
