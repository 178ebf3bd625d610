import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useCan } from '@/access/me';
import { ApiError, idempotencyKey, mayPass } from '@/shared/api/client';
import type { ImportKind, ImportOptions, ImportPreview, Mapping } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { notify } from '@/shared/ui/notify';
import { PageHeader } from '@/shared/ui/Panel';
import { ErrorPanel, errorText, ForbiddenView, LoadingBlock } from '@/shared/ui/StateView';
import { previewQuery, startImport } from '../api';
import { CheckStep } from './CheckStep';
import { FilesStep } from './FilesStep';
import { MatchStep } from './MatchStep';
import { Steps } from './Steps';
import { useUploads } from './useUploads';
import css from './wizard.module.css';

const MOST_TRIES = 3;

/** What the server will use: its own findings, then what this person chose. */
export function mappingOf(preview: ImportPreview, chosen: Mapping): Mapping {
  return Object.fromEntries(
    preview.columns.map(({ name, field }) => [name, chosen[name] ?? preview.mapping[name] ?? field ?? 'ignore']),
  );
}

export function WizardPage() {
  const t = useT();
  const can = useCan();
  useDocumentTitle(t.imports.wizard.title);
  if (!can('imports.run'))
    return (
      <>
        <PageHeader title={t.imports.wizard.title} />
        <ForbiddenView right="imports.run" />
      </>
    );
  return <Wizard />;
}

function Wizard() {
  const t = useT();
  const w = t.imports.wizard;
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [step, setStep] = useState(0);
  const [kind, setKind] = useState<ImportKind>('orders');
  const [mapping, setMapping] = useState<Mapping>({});
  const [options, setOptions] = useState<Partial<ImportOptions>>({});
  const { items, add, remove, retry } = useUploads();
  const headingRef = useRef<HTMLDivElement>(null);

  const uploads = items.flatMap((item) => (item.id ? [item.id] : []));
  const uploaded = items.length > 0 && items.every((item) => item.state === 'done');
  const preview = useQuery({
    ...previewQuery({
      kind,
      uploads,
      ...(Object.keys(options).length > 0 ? { options } : {}),
      ...(Object.keys(mapping).length > 0 ? { mapping } : {}),
    }),
    enabled: uploaded && step > 0,
  });
  const start = useMutation({
    mutationFn: ({ data, key }: { data: ImportPreview; key: Record<string, string> }) =>
      startImport({ kind, uploads, mapping: mappingOf(data, mapping), options: { ...data.options, ...options } }, key),
    retry: (count, error) => count < MOST_TRIES && mayPass(error),
    retryDelay: (_, error) => ((error instanceof ApiError && error.retryAfterSecs) || 1) * 1000,
    onSuccess: (record) => {
      queryClient.invalidateQueries({ queryKey: ['imports'] });
      queryClient.invalidateQueries({ queryKey: ['overview'] });
      navigate({ to: '/imports/$id', params: { id: record.id } });
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });

  const uploading = items.some((item) => item.state === 'uploading');
  useEffect(() => {
    if (!uploading) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [uploading]);

  const go = (next: number) => {
    setStep(next);
    window.scrollTo({ top: 0 });
    headingRef.current?.focus();
  };
  const changeKind = (next: ImportKind) => {
    setKind(next);
    setMapping({});
  };
  const data = preview.data;
  return (
    <>
      <PageHeader title={w.title} />
      <div ref={headingRef} tabIndex={-1} className={css.steps}>
        <Steps current={step} />
      </div>
      {step === 0 && (
        <FilesStep kind={kind} onKind={changeKind} items={items} onAdd={add} onRemove={remove} onRetry={retry} />
      )}
      {step > 0 && preview.error && <ErrorPanel error={preview.error} onRetry={() => preview.refetch()} />}
      {step > 0 && !data && !preview.error && <LoadingBlock lines={6} height={48} />}
      {step === 1 && data && (
        <MatchStep
          preview={data}
          refreshing={preview.isPlaceholderData}
          mapping={mapping}
          onMap={(column, field) => setMapping({ ...mapping, [column]: field })}
          options={options}
          onOptions={(part) => setOptions({ ...options, ...part })}
        />
      )}
      {step === 2 && data && <CheckStep preview={data} />}
      <div className={css.foot}>
        {step > 0 && (
          <Button variant="default" onClick={() => go(step - 1)}>
            {t.common.back}
          </Button>
        )}
        <span className={css.footNote} aria-live="polite">
          {step === 0 && uploading ? w.waitUploads : step > 0 && data && !data.ready ? w.notReady : ''}
        </span>
        {step < 2 ? (
          <Button
            onClick={() => go(step + 1)}
            disabled={!uploaded || (step === 1 && (!data?.ready || preview.isPlaceholderData))}
            data-testid="wizard-next"
          >
            {t.common.next}
          </Button>
        ) : (
          <Button
            onClick={() => data && start.mutate({ data, key: idempotencyKey() })}
            loading={start.isPending}
            disabled={!data?.ready || preview.isPlaceholderData}
            data-testid="wizard-start"
          >
            {w.start}
          </Button>
        )}
      </div>
    </>
  );
}
