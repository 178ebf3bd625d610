import { Button, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError } from '@/shared/api/client';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { fieldErrors } from '@/shared/ui/errorText';
import { useFocusBack } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import type { Tree } from '@/stores/tree';
import { clerksQuery, moveClerk, rankingQuery } from './api';
import { assignmentNow, beginOf, earliestChange } from './assignments';
import { type Begin, BeginFields } from './BeginFields';
import css from './clerks.module.css';
import { StoreSelect } from './StoreSelect';
import type { Clerk } from './types';

interface Props {
  clerk: Clerk;
  /** Into another store, or out of the one where the clerk is. */
  what: 'move' | 'leave';
  tree: Tree;
  onClose: () => void;
}

/** From then on somewhere else. What was before stays, and cannot be changed afterwards. */
export function MoveDialog({ clerk, what, tree, onClose }: Props) {
  const t = useT();
  const fmt = useFmt();
  const m = t.clerks.move;
  useFocusBack();
  const queryClient = useQueryClient();
  const now = assignmentNow(clerk);
  const today = fmt.day(new Date().toISOString());
  const [store, setStore] = useState<string | null>(null);
  const [begin, setBegin] = useState<Begin>({ kind: 'now', day: today });
  const [errors, setErrors] = useState<{ store?: string; from?: string }>({});
  const earliest = earliestChange(clerk);
  const save = useMutation({
    mutationFn: (from: string | null) => moveClerk(clerk.id, what === 'leave' ? null : store, from),
    onSuccess: () => {
      queryClient.invalidateQueries({ queryKey: clerksQuery.queryKey });
      queryClient.invalidateQueries({ queryKey: rankingQuery('', '').queryKey.slice(0, 1) });
      notify(what === 'leave' ? m.left(clerk.name) : m.moved(clerk.name));
      onClose();
    },
    onError: (error) => {
      if (error instanceof ApiError) setErrors(fieldErrors(t, error));
      notify(errorText(t, error), 'danger');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (what === 'move' && store === null) return setErrors({ store: t.access.required });
    if (begin.kind === 'now') return save.mutate(null);
    const found = beginOf(begin.day, fmt.timeZone, clerk, new Date().toISOString());
    if ('at' in found) return save.mutate(found.at);
    const words = { no_day: t.access.required, future: m.future, too_early: m.tooEarly(fmt.listTime(earliest ?? '')) };
    setErrors({ from: words[found.fault] });
  };
  const change = (apply: () => void) => {
    apply();
    setErrors({});
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={what === 'leave' ? m.leaveTitle(clerk.name) : m.title(clerk.name)}
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <form onSubmit={submit} className={css.stack} noValidate>
        {what === 'move' && (
          <StoreSelect
            label={m.store}
            tree={tree}
            words={t.clerks.fields}
            value={store}
            except={now?.store}
            error={errors.store}
            onChange={(next) => change(() => setStore(next))}
          />
        )}
        <BeginFields
          label={what === 'leave' ? m.leftSince : m.since}
          value={begin}
          error={errors.from}
          onChange={(next) => change(() => setBegin(next))}
        />
        <Notice tone="warning">{what === 'leave' ? m.leaveStays : m.stays}</Notice>
        <div className={css.foot}>
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit" color={what === 'leave' ? 'red.9' : undefined} loading={save.isPending}>
            {what === 'leave' ? m.leave : m.action}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
