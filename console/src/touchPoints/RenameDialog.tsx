import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { ApiError } from '@/shared/api/client';
import { useT } from '@/shared/i18n';
import { useFocusBack } from '@/shared/ui/hooks';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { TheirChanges } from '@/shared/ui/TheirChanges';
import { useFields } from '@/shared/ui/useFields';
import { renameTouchPoint, touchPointsQuery } from './api';
import { faultsOf, NAME_MAX } from './touchPointForm';
import css from './touchPoints.module.css';
import type { TouchPoint, TouchPointNames } from './types';

const namesOf = ({ name_zh, name_en }: TouchPointNames): TouchPointNames => ({ name_zh, name_en });

export function RenameDialog({ touchPoint, onClose }: { touchPoint: TouchPoint; onClose: () => void }) {
  const t = useT();
  const { touchPoints: p } = t;
  const f = p.form;
  useFocusBack();
  const queryClient = useQueryClient();
  const [base, setBase] = useState(touchPoint);
  const [theirs, setTheirs] = useState<string[]>([]);
  const form = useFields<TouchPointNames>(namesOf(touchPoint));
  const changed = form.values.name_zh.trim() !== base.name_zh || form.values.name_en.trim() !== base.name_en;
  /** Mine on top of what somebody else called it meanwhile. */
  const compare = async () => {
    const { items } = await queryClient.fetchQuery({ ...touchPointsQuery, staleTime: 0 });
    const found = items.find(({ touch_point: one }) => one.code === base.code)?.touch_point;
    if (!found) return;
    const fields = [
      ['name_zh', f.nameZh],
      ['name_en', f.nameEn],
    ] as const;
    const other = fields.filter(([field]) => found[field] !== base[field]);
    setTheirs(other.map(([field, name]) => t.common.changed(name, base[field], found[field])));
    for (const [field] of other) if (form.values[field].trim() === base[field]) form.set(field, found[field]);
    setBase(found);
  };
  const save = useMutation({
    mutationFn: async () => {
      const names = { name_zh: form.values.name_zh.trim(), name_en: form.values.name_en.trim() };
      try {
        return await renameTouchPoint(base.code, base.version, names);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 412) throw error;
        await compare();
        return null;
      }
    },
    onSuccess: (saved) => {
      if (!saved) return;
      queryClient.invalidateQueries({ queryKey: touchPointsQuery.queryKey });
      notify(p.rename.done);
      onClose();
    },
    onError: (error) => {
      form.refuse(error);
      notify(errorText(t, error), 'danger');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (form.check(faultsOf(t, { code: base.code, ...form.values }))) save.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={p.rename.title} closeButtonProps={{ 'aria-label': t.common.close }}>
      <LeaveGuard when={changed} />
      <form onSubmit={submit} className={css.stack} noValidate>
        <p>
          {p.rename.text} <span className="mono">{base.code}</span>
        </p>
        <TheirChanges title={p.rename.conflictTitle} text={p.rename.conflictText} lines={theirs} />
        <TextInput label={f.nameZh} maxLength={NAME_MAX} data-autofocus {...form.field('name_zh')} />
        <TextInput label={f.nameEn} maxLength={NAME_MAX} {...form.field('name_en')} />
        <Button type="submit" loading={save.isPending} disabled={!changed}>
          {p.rename.save}
        </Button>
      </form>
    </Modal>
  );
}
