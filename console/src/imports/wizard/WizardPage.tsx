import { Button } from '@mantine/core';
import { useRef, useState } from 'react';
import { useCan } from '@/access/me';
import { DraftNotice } from '@/app/drafts/DraftNotice';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { useFoundDraft, useKeptDraft } from '@/app/drafts/useDraft';
import type { ImportKind, Upload } from '@/shared/api/types';
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
import { asksForCurrency, type Choices, type Matching, mappingOf, optionsOf, useMatching } from './useMatching';
import { type UploadItem, useUploads } from './useUploads';
import css from './wizard.module.css';

export function WizardPage() {
  const t = useT();
  const can = useCan();
  useDocumentTitle(t.wizard.title);
  if (!can('imports.run'))
    return (
      <>
        <PageHeader title={t.wizard.title} />
        <ForbiddenView right="imports.run" />
      </>
    );
  return <FromDraft />;
}

const FORM = 'import';

interface WizardDraft {
  step: number;
  kind: ImportKind;
  uploads: Upload[];
  choices: Choices;
}

/** Discarding begins anew, with nothing left of what was there. */
function FromDraft() {
  const [round, setRound] = useState(0);
  return <Wizard key={round} onDiscard={() => setRound(round + 1)} />;
}

function Wizard({ onDiscard }: { onDiscard: () => void }) {
  const t = useT();
  const w = t.wizard;
  const draft = useFoundDraft<WizardDraft>(FORM);
  const [step, setStep] = useState(draft?.value.step ?? 0);
  const [kind, setKind] = useState<ImportKind>(draft?.value.kind ?? 'orders');
  const { items, add, remove, retry } = useUploads(draft?.value.uploads);
  const headingRef = useRef<HTMLDivElement>(null);

  const uploads = items.flatMap((item) => (item.id ? [item.id] : []));
  const uploaded = items.length > 0 && items.every((item) => item.state === 'done');
  const matching = useMatching(kind, uploads, uploaded && step > 0, draft?.value.choices);
  const begun = items.length > 0;
  const toKeep: WizardDraft | null = begun
    ? { step, kind, uploads: uploadsOf(items), choices: matching.choices }
    : null;
  const { restoredAt, drop } = useKeptDraft(FORM, toKeep, draft);
  const { start, starting } = useStartImport(drop);
  const uploading = items.some((item) => item.state === 'uploading');

  const go = (next: number) => {
    setStep(next);
    window.scrollTo({ top: 0 });
    headingRef.current?.focus();
  };
  const changeKind = (next: ImportKind) => {
    setKind(next);
    matching.forgetMapping();
  };
  const discard = () => {
    drop();
    onDiscard();
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
      <LeaveGuard when={begun} onDiscard={drop} />
      <PageHeader title={w.title} />
      {restoredAt && (
        <div className={css.above}>
          <DraftNotice at={restoredAt} onDiscard={discard} />
        </div>
      )}
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

/** Those that the server has; the rest would have to be chosen again. */
function uploadsOf(items: UploadItem[]): Upload[] {
  return items.flatMap(({ id, name, sizeBytes }) => (id ? [{ id, name, size_bytes: sizeBytes }] : []));
}

function WhatIsLeft({ matching: { preview, choices } }: { matching: Matching }) {
  const w = useT().wizard;
  if (!preview) return null;
  if (!preview.ready) return <>{w.notReady}</>;
  return asksForCurrency(preview, choices) ? <>{w.currencyFirst}</> : null;
}
