import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCan } from '@/access/me';
import { useValueRun, valueRunQuery } from '@/shared/api/useValueRun';
import { useT } from '@/shared/i18n';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { startValueRun } from './api';

export function RecalculateButton({ primary }: { primary?: boolean }) {
  const t = useT();
  const can = useCan();
  const queryClient = useQueryClient();
  const { computing } = useValueRun();
  const run = useMutation({
    mutationFn: startValueRun,
    onSuccess: () => {
      notify(t.value.recalculating);
      queryClient.invalidateQueries({ queryKey: valueRunQuery.queryKey });
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  if (!can('value.run')) return null;
  return (
    <Button
      variant={primary ? 'filled' : 'default'}
      size={primary ? 'sm' : 'xs'}
      leftSection={<IconRefresh size={14} />}
      loading={run.isPending || computing}
      onClick={() => run.mutate()}
    >
      {t.value.recalculate}
    </Button>
  );
}
