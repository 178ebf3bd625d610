import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { Source, SourceDetail, SourceWithKey } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { resumeSource, sourceQuery, sourcesQuery } from './api';

/** For one in many visits. */
const EditDialog = lazy(() => import('./EditDialog').then((module) => ({ default: module.EditDialog })));
const KeyDialog = lazy(() => import('./KeyDialog').then((module) => ({ default: module.KeyDialog })));
const PauseDialog = lazy(() => import('./PauseDialog').then((module) => ({ default: module.PauseDialog })));
const RotateKeyDialog = lazy(() => import('./RotateKeyDialog').then((module) => ({ default: module.RotateKeyDialog })));

/** What changes a source is shown at once, and asked for again: counts may have moved on. */
export function useShowSource(): (source: Source) => void {
  const queryClient = useQueryClient();
  return (source) => {
    const { queryKey } = sourceQuery(source.id);
    queryClient.setQueryData<SourceDetail>(queryKey, (before) => before && { ...before, source });
    queryClient.invalidateQueries({ queryKey });
    queryClient.invalidateQueries({ queryKey: sourcesQuery.queryKey });
  };
}

export function useResume(id: string) {
  const t = useT();
  const show = useShowSource();
  return useMutation({
    mutationFn: () => resumeSource(id),
    onSuccess: (source) => {
      notify(t.sources.resume.done);
      show(source);
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
}

/** For those who manage sources. */
export function SourceActions({ source }: { source: Source }) {
  const t = useT();
  const s = t.sources;
  const show = useShowSource();
  const resume = useResume(source.id);
  const [asked, setAsked] = useState<'pause' | 'edit' | 'rotate' | null>(null);
  const [rotated, setRotated] = useState<SourceWithKey | null>(null);
  const close = () => setAsked(null);
  return (
    <>
      <Button variant="default" onClick={() => setAsked('rotate')}>
        {s.rotate.action}
      </Button>
      <Button variant="default" onClick={() => setAsked('edit')} aria-label={s.edit.title}>
        {s.edit.action}
      </Button>
      {source.state === 'active' ? (
        <Button variant="default" onClick={() => setAsked('pause')} aria-label={s.pause.title}>
          {s.pause.action}
        </Button>
      ) : (
        <Button onClick={() => resume.mutate()} loading={resume.isPending} aria-label={s.resume.title}>
          {s.resume.action}
        </Button>
      )}
      <Suspense fallback={null}>
        {asked === 'pause' && <PauseDialog source={source} onPaused={show} onClose={close} />}
        {asked === 'edit' && <EditDialog source={source} onSaved={show} onClose={close} />}
        {asked === 'rotate' && (
          <RotateKeyDialog
            source={source}
            onRotated={(made) => {
              show(made.source);
              setRotated(made);
            }}
            onClose={close}
          />
        )}
        {rotated?.write_key && (
          <KeyDialog
            title={s.key.rotatedTitle}
            source={rotated.source}
            writeKey={rotated.write_key}
            onClose={() => setRotated(null)}
          />
        )}
      </Suspense>
    </>
  );
}
