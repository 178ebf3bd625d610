import { Button, Modal, Progress } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useCan } from '@/access/me';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { nameText } from '@/segments/ruleText';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import css from '@/shared/ui/dialog.module.css';
import { errorDetail } from '@/shared/ui/errorText';
import { useFocusBack } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { errorText, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { tagGroupsQuery } from '../api';
import { automaticTagsQuery } from '../automatic';
import { TagChoice } from './TagChoice';
import { type PeopleList, useKeeping } from './useKeeping';

interface Props {
  list: PeopleList;
  onClose: () => void;
}

/** People behind a figure are kept by a tag, as the list is now; a segment can be made of the tag. */
export function KeepDialog({ list, onClose }: Props) {
  const t = useT();
  const groups = useQuery(tagGroupsQuery);
  const automatic = useQuery(automaticTagsQuery);
  const run = useKeeping(list);
  useFocusBack();
  return (
    <Modal
      opened
      // Whoever closes it half-way stops it, and is told how far it has come.
      onClose={run.isRunning ? run.stop : onClose}
      closeOnClickOutside={run.state === 'choosing'}
      title={t.common.keepPeople}
      closeButtonProps={{ 'aria-label': run.isRunning ? t.keep.stop : t.common.close }}
    >
      <LeaveGuard when={run.isRunning} />
      {run.tag ? (
        <Run run={run} tag={run.tag.name} code={run.tag.code} count={list.count} onClose={onClose} />
      ) : (
        <QueryView query={groups} quiet loading={<LoadingBlock lines={4} height={48} />}>
          {({ items }) => (
            <QueryView query={automatic} quiet loading={<LoadingBlock lines={4} height={48} />}>
              {(followed) => (
                <TagChoice
                  list={list}
                  groups={items}
                  automatic={followed.items}
                  onChoose={run.start}
                  onClose={onClose}
                />
              )}
            </QueryView>
          )}
        </QueryView>
      )}
    </Modal>
  );
}

interface RunProps {
  run: ReturnType<typeof useKeeping>;
  tag: string;
  code: string;
  count: number | null;
  onClose: () => void;
}

/** How far it has come, and what can be done about it. */
function Run({ run, tag, code, count, onClose }: RunProps) {
  const t = useT();
  const k = t.keep;
  const fmt = useFmt();
  const can = useCan();
  const { state, progress, error, isRunning } = run;
  const { tagged, missing } = progress;
  const place = useRef<HTMLDivElement>(null);
  // What had the focus is gone; whoever uses the keyboard goes on from here.
  useEffect(() => {
    if (state !== 'stopping') place.current?.focus();
  }, [state]);
  const done = tagged + missing;
  const said = count === null ? k.progressOpen(fmt.count(done)) : k.progress(fmt.count(done), fmt.count(count));
  return (
    <div ref={place} tabIndex={-1} className={css.stack} data-testid="keeping" data-state={state} data-tagged={tagged}>
      {isRunning && <p>{k.running}</p>}
      {state === 'stopped' && (
        <Notice tone="info" title={k.stopped}>
          <p>{k.stoppedText}</p>
        </Notice>
      )}
      {state === 'failed' && (
        <div role="alert">
          <Notice tone="danger" title={k.failed}>
            <p>
              {errorText(t, error)} <span lang="en">{errorDetail(error)}</span>
            </p>
            <p>{k.failedText}</p>
          </Notice>
        </div>
      )}
      {state === 'done' ? (
        <Notice tone={tagged > 0 ? 'success' : 'info'} title={tagged > 0 ? k.done(fmt.count(tagged), tag) : k.nobody}>
          {missing > 0 && <p>{k.missing(fmt.count(missing))}</p>}
        </Notice>
      ) : (
        <div>
          {count !== null && count > 0 && (
            <Progress.Root size="md">
              <Progress.Section value={Math.min(1, done / count) * 100} aria-label={said} />
            </Progress.Root>
          )}
          <p className="muted" role="status" data-testid="keeping-progress">
            {said}
          </p>
        </div>
      )}
      <div className={css.foot}>
        {isRunning ? (
          <Button variant="default" onClick={run.stop} disabled={state === 'stopping'}>
            {state === 'stopping' ? k.stopping : k.stop}
          </Button>
        ) : (
          <Button variant="default" onClick={onClose}>
            {t.common.close}
          </Button>
        )}
        {(state === 'stopped' || state === 'failed') && <Button onClick={run.goOn}>{k.goOn}</Button>}
        {state === 'done' && tagged > 0 && (
          <>
            <Button
              variant="default"
              // From the list of customers it leads to the same page.
              onClick={onClose}
              renderRoot={(props) => <Link {...props} to="/customers" search={{ tag: code }} />}
            >
              {k.see}
            </Button>
            {can('segments.manage') && (
              <Button
                renderRoot={(props) => (
                  <Link {...props} to="/segments/new" search={{ rule: `has tag ${nameText(code)}` }} />
                )}
              >
                {k.make}
              </Button>
            )}
          </>
        )}
      </div>
    </div>
  );
}
