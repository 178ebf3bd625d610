import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ApiError, idempotencyKey, mayPass } from '@/shared/api/client';
import { useT } from '@/shared/i18n';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { type ImportRequest, startImport } from './api';
import { remember } from './startedWith';

const MOST_TRIES = 3;

/** Starts an import, or tries one out, and goes to its page. What led there is then no draft any more. */
export function useStartImport(onStarted?: () => void) {
  const t = useT();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const start = useMutation({
    mutationFn: ({ request, key }: { request: ImportRequest; key: Record<string, string> }) =>
      startImport(request, key),
    retry: (count, error) => count < MOST_TRIES && mayPass(error),
    retryDelay: (_, error) => ((error instanceof ApiError && error.retryAfterSecs) || 1) * 1000,
    onSuccess: (record, { request }) => {
      remember(record.id, request);
      queryClient.invalidateQueries({ queryKey: ['imports'] });
      queryClient.invalidateQueries({ queryKey: ['overview'] });
      onStarted?.();
      navigate({ to: '/imports/$id', params: { id: record.id }, ignoreBlocker: true });
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  return {
    start: (request: ImportRequest) => start.mutate({ request, key: idempotencyKey() }),
    /** Which of the two is being started, if one is. */
    starting: start.isPending ? (start.variables.request.dry_run ? 'dry_run' : 'import') : null,
  };
}
