import { Button, Modal, Progress, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { lookup, type Messages, useT } from '@/shared/i18n';
import { Notice } from '@/shared/ui/Notice';
import { ErrorDetail, errorText } from '@/shared/ui/StateView';
import { sourceQuery, sourcesQuery } from '@/sources/api';
import { type Decision, decide, heldFacts } from '../api';
import css from './quarantine.module.css';
import { decideAll, matchingIds, needsIds, type Scope } from './scope';

interface Props {
  sourceId: string;
  decision: Decision;
  scope: Scope;
  /** How many, where that is known before. */
  count: number | null;
  onClose: () => void;
}

type Step = 'counting' | 'asking' | 'working' | 'done' | 'stopped' | 'failed';

/** Says what would happen to how many, asks, does it part by part, and says what came of it. */
export function DecisionDialog({ sourceId, decision, scope, count, onClose }: Props) {
  const t = useT();
  const q = t.quarantine;
  const run = useDecision(sourceId, decision, scope, count);
  const title = decision === 'release' ? q.dialog.releaseTitle : q.dialog.discardTitle;
  const isBusy = run.step === 'working';
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeOnEscape={!isBusy}
      closeOnClickOutside={!isBusy}
      withCloseButton={!isBusy}
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <div className={css.dialog} data-testid="decision" data-step={run.step}>
        <Body decision={decision} scope={scope} run={run} onClose={onClose} />
      </div>
    </Modal>
  );
}

interface BodyProps {
  decision: Decision;
  scope: Scope;
  run: ReturnType<typeof useDecision>;
  onClose: () => void;
}

function Body({ decision, scope, run, onClose }: BodyProps) {
  const t = useT();
  const fmt = useFmt();
  const d = t.quarantine.dialog;
  const close = (
    <Button variant="default" onClick={onClose}>
      {t.common.close}
    </Button>
  );
  switch (run.step) {
    case 'counting':
      return (
        <>
          <p role="status">{d.counting(fmt.count(run.read))}</p>
          <Progress value={100} animated aria-label={d.counting(fmt.count(run.read))} />
          <div className={css.foot}>{close}</div>
        </>
      );
    case 'asking':
      return <Asking decision={decision} scope={scope} run={run} onClose={onClose} />;
    case 'working':
      return (
        <>
          <p role="status">{d.working(fmt.count(run.done), fmt.count(run.total))}</p>
          <Progress value={(run.done / Math.max(1, run.total)) * 100} aria-label={d.working('', '')} />
          <div className={css.foot}>
            <Button variant="default" onClick={run.stop}>
              {d.stop}
            </Button>
          </div>
        </>
      );
    case 'failed':
      return (
        <>
          <div role="alert">
            <Notice tone="danger" title={errorText(t, run.error)}>
              <ErrorDetail error={run.error} />
              <p>{d.failed(fmt.count(run.done))}</p>
            </Notice>
          </div>
          <div className={css.foot}>
            {close}
            <Button onClick={run.start}>{d.tryAgain}</Button>
          </div>
        </>
      );
    case 'done':
    case 'stopped':
      return <Result decision={decision} run={run} onClose={onClose} />;
  }
}

function Asking({ decision, scope, run, onClose }: BodyProps) {
  const t = useT();
  const fmt = useFmt();
  const q = t.quarantine;
  const d = q.dialog;
  const [typed, setTyped] = useState('');
  const count = fmt.count(run.total);
  if (run.total === 0)
    return (
      <>
        <p>{d.none}</p>
        <div className={css.foot}>
          <Button onClick={onClose}>{t.common.close}</Button>
        </div>
      </>
    );
  const isDiscard = decision === 'discard';
  // It cannot be undone, so that it is not done by a habit of the hand.
  const confirmed = !isDiscard || typed.replace(/\D/g, '') === String(run.total);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (confirmed) run.start();
      }}
      className={css.dialog}
    >
      <p className={css.strong}>{d.what(scopeText(t, scope), count)}</p>
      <p>{isDiscard ? d.discard : d.release}</p>
      {scope.ids === null && <p className="muted">{d.later}</p>}
      {isDiscard && (
        <TextInput
          label={d.typeCount(count)}
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-autofocus
        />
      )}
      <div className={css.foot}>
        <Button variant="default" onClick={onClose}>
          {t.common.cancel}
        </Button>
        <Button type="submit" color={isDiscard ? 'red.9' : undefined} disabled={!confirmed}>
          {isDiscard ? q.discard : q.release}
        </Button>
      </div>
    </form>
  );
}

function Result({ decision, run, onClose }: Omit<BodyProps, 'scope'>) {
  const t = useT();
  const fmt = useFmt();
  const can = useCan();
  const d = t.quarantine.dialog;
  const count = fmt.count(run.done);
  const gone = run.total - run.done;
  return (
    <>
      <div role="status" data-testid="decision-result">
        <Notice
          tone={run.step === 'done' ? 'success' : 'warning'}
          title={decision === 'release' ? d.released(count) : d.discarded(count)}
        >
          {run.step === 'stopped' && <p>{d.stopped}</p>}
          {run.step === 'done' && gone > 0 && <p>{d.gone(fmt.count(gone))}</p>}
          {run.done > 0 && <p>{decision === 'release' ? d.afterRelease : d.afterDiscard}</p>}
        </Notice>
      </div>
      <div className={css.foot}>
        {can('audit.read') && (
          <Button component={Link} to="/settings/audit" variant="default">
            {d.audit}
          </Button>
        )}
        <Button onClick={onClose} data-autofocus>
          {t.common.close}
        </Button>
      </div>
    </>
  );
}

/** What the decision is about, in words. */
export function scopeText(t: Messages, { ids, event, reason }: Scope): string {
  const s = t.quarantine.scope;
  if (ids) return s.ids;
  const word = reason === null ? null : lookup(t.sources.violations.kinds, reason);
  const name = event && (event.name || event.type);
  if (name && word) return s.both(name, word);
  if (name) return s.event(name);
  return word ? s.reason(word) : s.all;
}

/** A decision on its way from what it is about to what came of it. */
function useDecision(sourceId: string, decision: Decision, scope: Scope, count: number | null) {
  const queryClient = useQueryClient();
  const [ids, setIds] = useState(scope.ids);
  const [step, setStep] = useState<Step>(needsIds(scope) ? 'counting' : 'asking');
  const [read, setRead] = useState(0);
  const [done, setDone] = useState(0);
  const [error, setError] = useState<unknown>(null);
  const stopped = useRef(false);
  const total = ids?.length ?? count ?? 0;
  const { event, reason } = scope;

  useEffect(() => {
    if (step !== 'counting' || reason === null) return;
    const abort = new AbortController();
    matchingIds(heldFacts(sourceId, event, abort.signal), reason, setRead)
      .then((found) => {
        setIds(found);
        setStep('asking');
      })
      .catch((failure) => {
        if (abort.signal.aborted) return;
        setError(failure);
        setStep('failed');
      });
    return () => abort.abort();
  }, [step, sourceId, event, reason]);

  const start = async () => {
    if (needsIds(scope) && ids === null) return setStep('counting');
    stopped.current = false;
    const before = done;
    setStep('working');
    try {
      await decideAll(
        { ...scope, ids },
        {
          send: (body) => decide(sourceId, decision, body),
          total: total - before,
          onDone: (more) => setDone(before + more),
          isStopped: () => stopped.current,
        },
      );
      setStep(stopped.current ? 'stopped' : 'done');
    } catch (failure) {
      setError(failure);
      setStep('failed');
    }
    queryClient.invalidateQueries({ queryKey: ['quarantine', sourceId] });
    queryClient.invalidateQueries({ queryKey: sourceQuery(sourceId).queryKey });
    queryClient.invalidateQueries({ queryKey: sourcesQuery.queryKey });
  };
  const stop = () => {
    stopped.current = true;
  };
  return { step, read, done, total, error, start, stop };
}
