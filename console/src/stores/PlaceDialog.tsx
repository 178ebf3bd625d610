import { Button, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { DraftNotice } from '@/app/drafts/DraftNotice';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { useFoundDraft, useKeptDraft } from '@/app/drafts/useDraft';
import { ApiError } from '@/shared/api/client';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { fieldErrors } from '@/shared/ui/errorText';
import { useFocusBack } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { TheirChanges } from '@/shared/ui/TheirChanges';
import { createPlace, placesQuery, updatePlace } from './api';
import { PlaceFields } from './PlaceFields';
import { changedFields, changeLines, formOf, missingIn, onTop, type PlaceForm, settingsOf } from './placeForm';
import css from './stores.module.css';
import { pathText, storesBelow, type Tree, treeOf } from './tree';
import type { Place } from './types';

interface PlaceDraft {
  /** What the changes were made to, so that saving later still notices what others did meanwhile. */
  base: Place | null;
  form: PlaceForm;
}

interface Props {
  /** What the form begins with; of a place that is there, as it is. */
  start: PlaceForm;
  /** Null: a new one is made. */
  place: Place | null;
  tree: Tree;
  onClose: () => void;
}

export function PlaceDialog({ start, place, tree, onClose }: Props) {
  const t = useT();
  const { locale } = useFmt();
  const { form: f, edit: e } = t.stores;
  useFocusBack();
  const queryClient = useQueryClient();
  const keyOf = useKeyOfAttempt();
  const draftName = place ? `place.${place.id}` : `place.${start.code}.${start.parent ?? ''}`;
  const draft = useFoundDraft<PlaceDraft>(draftName);
  const [base, setBase] = useState(draft?.value.base ?? place);
  const [form, setForm] = useState(draft?.value.form ?? start);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [theirs, setTheirs] = useState<string[]>([]);
  const before = base ? formOf(base) : start;
  const changed = changedFields(before, form).length > 0;
  const { restoredAt, drop } = useKeptDraft(draftName, changed ? { base, form } : null, draft);
  const set = (next: Partial<PlaceForm>) => {
    setForm((now) => ({ ...now, ...next }));
    setErrors({});
  };
  const restart = () => {
    setBase(place);
    setForm(start);
    setTheirs([]);
  };
  const putOnTopOfTheirs = async (of: Place) => {
    const { items } = await queryClient.fetchQuery({ ...placesQuery, staleTime: 0 });
    const now = items.find(({ place: one }) => one.id === of.id)?.place;
    if (!now) return;
    const newer = treeOf(items, locale);
    const nameOf = (id: string) => newer.byId.get(id)?.place.name ?? id;
    setTheirs(changeLines(t, formOf(of), formOf(now), nameOf));
    setForm(onTop(formOf(of), form, formOf(now)));
    setBase(now);
  };
  const save = useMutation({
    mutationFn: async () => {
      const settings = settingsOf(form);
      if (!base) return createPlace({ kind: form.kind, ...settings }, keyOf([form.kind, settings]));
      try {
        return await updatePlace(base.id, base.version, settings);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 412) throw error;
        await putOnTopOfTheirs(base);
        return null;
      }
    },
    onSuccess: (saved) => {
      if (!saved) return;
      drop();
      queryClient.invalidateQueries({ queryKey: placesQuery.queryKey });
      notify(base ? e.saved : e.created(saved.name));
      onClose();
    },
    onError: (error) => {
      // The words for a value that is taken speak of mail addresses.
      if (error instanceof ApiError && error.errors[0]?.code === 'taken') return setErrors({ code: f.codeTaken });
      if (error instanceof ApiError && error.code === 'conflict') return notify(f.tooMany, 'danger');
      if (error instanceof ApiError) setErrors(fieldErrors(t, error));
      notify(errorText(t, error), 'danger');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const missing = missingIn(form, t.access.required);
    setErrors(missing);
    if (Object.keys(missing).length === 0) save.mutate();
  };
  const title = base ? e.title : start.code !== '' ? t.stores.unknown.enterOf(start.code) : t.stores.create;
  const node = base ? tree.byId.get(base.id) : undefined;
  const isMoved = base !== null && form.parent !== base.parent;
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t.common.close }}>
      <LeaveGuard when={changed} onDiscard={drop} />
      <form onSubmit={submit} className={css.stack} noValidate>
        {restoredAt && theirs.length === 0 && <DraftNotice at={restoredAt} onDiscard={restart} />}
        <TheirChanges title={e.conflictTitle} text={e.conflictText} lines={theirs} />
        <PlaceFields form={form} errors={errors} place={base} tree={tree} set={set} />
        {isMoved && node && (
          <Notice tone="warning" title={e.movesTitle(pathText(node))}>
            <p>{e.movesText(String(storesBelow(node).length), node.place.kind === 'region')}</p>
          </Notice>
        )}
        {base?.kind === 'store' && <p className={css.hint}>{e.noClosing}</p>}
        <Button type="submit" loading={save.isPending} disabled={base !== null && !changed}>
          {base ? e.save : e.create}
        </Button>
      </form>
    </Modal>
  );
}
