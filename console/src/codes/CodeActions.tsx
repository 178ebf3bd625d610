import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useT } from '@/shared/i18n';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { codeQuery, pauseCode, resumeCode } from './api';
import type { Code } from './types';

/** For one in many visits. */
const EditDialog = lazy(() => import('./EditDialog').then((module) => ({ default: module.EditDialog })));

/** What changes a code is shown at once, and everything that is counted of codes is asked for again. */
export function useShowCode(): (code: Code) => void {
  const queryClient = useQueryClient();
  return (code) => {
    queryClient.setQueryData(codeQuery(code.id).queryKey, code);
    queryClient.invalidateQueries({ queryKey: ['codes'] });
  };
}

/** For those who manage touch-points. A code is never removed: it may hang somewhere. */
export function CodeActions({ code }: { code: Code }) {
  const t = useT();
  const k = t.codes;
  const show = useShowCode();
  const [asked, setAsked] = useState<'pause' | 'edit' | null>(null);
  const close = () => setAsked(null);
  const set = useMutation({
    mutationFn: (what: 'pause' | 'resume') => (what === 'pause' ? pauseCode(code.id) : resumeCode(code.id)),
    onSuccess: (changed, what) => {
      show(changed);
      notify(k[what].done);
      close();
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  return (
    <>
      <Button variant="default" onClick={() => setAsked('edit')} aria-label={k.edit.title}>
        {k.edit.action}
      </Button>
      {code.state === 'paused' ? (
        <Button onClick={() => set.mutate('resume')} loading={set.isPending} aria-label={k.resume.title}>
          {k.resume.action}
        </Button>
      ) : (
        <Button variant="default" onClick={() => setAsked('pause')} aria-label={k.pause.title}>
          {k.pause.action}
        </Button>
      )}
      <Suspense fallback={null}>
        {asked === 'edit' && <EditDialog code={code} onSaved={show} onClose={close} />}
      </Suspense>
      {asked === 'pause' && (
        <ConfirmDialog
          danger
          title={k.pause.title}
          text={k.pause.text(code.name)}
          action={k.pause.title}
          working={set.isPending}
          onConfirm={() => set.mutate('pause')}
          onClose={close}
        />
      )}
    </>
  );
}
