import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useCan } from '@/access/me';
import type { ImportKind } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { PageHeader } from '@/shared/ui/Panel';
import { ErrorPanel, ForbiddenView, LoadingBlock } from '@/shared/ui/StateView';
import { useStartImport } from '../useStartImport';
import { CheckStep } from './CheckStep';
import { FilesStep } from './FilesStep';
import { MatchStep } from './MatchStep';
import { OptionsPanel } from './OptionsPanel';
import { Steps } from './Steps';
import { asksForCurrency, type Matching, mappingOf, optionsOf, useMatching } from './useMatching';
import { useUploads } from './useUploads';
import css from './wizard.module.css';

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
  const [step, setStep] = useState(0);
  const [kind, setKind] = useState<ImportKind>('orders');
  const { items, add, remove, retry } = useUploads();
  const headingRef = useRef<HTMLDivElement>(null);

  const uploads = items.flatMap((item) => (item.id ? [item.id] : []));
  const uploaded = items.length > 0 && items.every((item) => item.state === 'done');
  const matching = useMatching(kind, uploads, uploaded && step > 0);
  const { start, starting } = useStartImport();
  const uploading = items.some((item) => item.state === 'uploading');
  useWarnBeforeLeaving(uploading);

  const go = (next: number) => {
    setStep(next);
    window.scrollTo({ top: 0 });
    headingRef.current?.focus();
  };
  const changeKind = (next: ImportKind) => {
    setKind(next);
    matching.forgetMapping();
  };
  const { preview, choices } = matching;
  const begin = (dryRun: boolean) => {
    if (!preview) return;
    const mapping = mappingOf(preview, choices.mapping);
    start({ kind, uploads, mapping, options: optionsOf(preview, choices.options), dry_run: dryRun });
  };
  const mayGoOn = preview?.ready && matching.current && !asksForCurrency(preview, choices);
  return (
    <>
      <PageHeader title={w.title} />
      <div ref={headingRef} tabIndex={-1} className={css.steps}>
        <Steps current={step} />
      </div>
      {step === 0 && (
        <FilesStep kind={kind} onKind={changeKind} items={items} onAdd={add} onRemove={remove} onRetry={retry} />
      )}
      {step > 0 && matching.error && !matching.refreshing && (
        <div className={css.above}>
          <ErrorPanel error={matching.error} onRetry={matching.retry} />
        </div>
      )}
      {step > 0 && !preview && matching.refreshing && <LoadingBlock lines={6} height={48} />}
      {/* A file that cannot be read as guessed may be readable with another encoding or delimiter. */}
      {step === 1 && !preview && matching.error && (
        <OptionsPanel options={choices.options} onOptions={matching.set} moreOpen />
      )}
      {step === 1 && preview && <MatchStep preview={preview} matching={matching} />}
      {step === 2 && preview && <CheckStep preview={preview} kind={kind} />}
      <div className={css.foot}>
        {step > 0 && (
          <Button variant="default" onClick={() => go(step - 1)}>
            {t.common.back}
          </Button>
        )}
        <span className={css.footNote} aria-live="polite">
          {step === 0 ? uploading && w.waitUploads : <WhatIsLeft matching={matching} />}
        </span>
        {step < 2 ? (
          <Button
            onClick={() => go(step + 1)}
            disabled={!uploaded || (step === 1 && !mayGoOn)}
            data-testid="wizard-next"
          >
            {t.common.next}
          </Button>
        ) : (
          <>
            <Button
              variant="default"
              onClick={() => begin(true)}
              loading={starting === 'dry_run'}
              disabled={!mayGoOn || starting === 'import'}
              data-testid="wizard-try"
            >
              {w.tryOut}
            </Button>
            <Button
              onClick={() => begin(false)}
              loading={starting === 'import'}
              disabled={!mayGoOn || starting === 'dry_run'}
              data-testid="wizard-start"
            >
              {w.start}
            </Button>
          </>
        )}
      </div>
    </>
  );
}

function WhatIsLeft({ matching: { preview, choices } }: { matching: Matching }) {
  const w = useT().imports.wizard;
  if (!preview) return null;
  if (!preview.ready) return <>{w.notReady}</>;
  return asksForCurrency(preview, choices) ? <>{w.currencyFirst}</> : null;
}

function useWarnBeforeLeaving(active: boolean) {
  useEffect(() => {
    if (!active) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [active]);
}
