import { TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { CODE_MAX, NAME_MAX, suggestingCode } from '@/app/forms/codes';
import { VersionedDialog } from '@/app/forms/VersionedDialog';
import { useT } from '@/shared/i18n';
import { createTouchPoint, renameTouchPoint, touchPointsQuery } from './api';
import { EMPTY, faultsOf } from './touchPointForm';
import type { TouchPoint } from './types';

interface Props {
  /** Null: one of the brand's own is made. */
  touchPoint: TouchPoint | null;
  onClose: () => void;
}

/** Names of a touch-point. Its code is for ever, so it is suggested and can be changed only while it is made. */
export function TouchPointDialog({ touchPoint, onClose }: Props) {
  const t = useT();
  const { touchPoints: p } = t;
  const f = p.form;
  const queryClient = useQueryClient();
  const isNew = touchPoint === null;
  return (
    <VersionedDialog
      title={isNew ? p.create : p.rename.title}
      action={isNew ? p.create : p.rename.save}
      done={isNew ? p.created : p.rename.done}
      thing={touchPoint}
      empty={EMPTY}
      formOf={({ code, name_zh, name_en }) => ({ code, name_zh, name_en })}
      draft={isNew ? 'touch-point' : `touch-point.${touchPoint.code}`}
      labelOf={(field) => ({ code: f.code, name_zh: f.nameZh, name_en: f.nameEn })[field]}
      faultsOf={(form) => faultsOf(t, form)}
      taken={{ code: f.taken }}
      create={createTouchPoint}
      update={({ code, version }, { name_zh, name_en }) => renameTouchPoint(code, version, { name_zh, name_en })}
      latest={async ({ code }) => {
        const { items } = await queryClient.fetchQuery({ ...touchPointsQuery, staleTime: 0 });
        return items.find(({ touch_point: one }) => one.code === code)?.touch_point;
      }}
      onSaved={() => queryClient.invalidateQueries({ queryKey: touchPointsQuery.queryKey })}
      onClose={onClose}
    >
      {(form) => (
        <>
          {!isNew && (
            <p>
              {p.rename.text} <span className="mono">{touchPoint.code}</span>
            </p>
          )}
          <TextInput
            label={f.nameZh}
            description={isNew ? f.nameZhHint : undefined}
            maxLength={NAME_MAX}
            data-autofocus
            {...form.field('name_zh')}
          />
          <TextInput
            label={f.nameEn}
            description={isNew ? f.nameEnHint : undefined}
            maxLength={NAME_MAX}
            {...(isNew ? suggestingCode(form, 'name_en', 'code') : form.field('name_en'))}
          />
          {isNew && <TextInput label={f.code} description={f.codeHint} maxLength={CODE_MAX} {...form.field('code')} />}
        </>
      )}
    </VersionedDialog>
  );
}
