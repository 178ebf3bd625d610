import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useFoundDraft, useKeptDraft } from '@/app/drafts/useDraft';
import { ApiError } from '@/shared/api/client';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useT } from '@/shared/i18n';
import { errorDetail } from '@/shared/ui/errorText';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { useFields } from '@/shared/ui/useFields';
import { changedFields, onTop, trimmed } from './onTop';

type Texts<Form> = Partial<Record<keyof Form, string>>;

export interface Versioned<Thing, Form extends Record<keyof Form, string>> {
  /** What is changed; null: a new one is made. */
  thing: Thing | null;
  empty: Form;
  formOf: (thing: Thing) => Form;
  /** Names what is kept of a form that was left. */
  draft: string;
  labelOf: (field: keyof Form) => string;
  /** How a value reads, where that is not as it is typed. */
  say?: (field: keyof Form, value: string) => string;
  /** What is wrong before it is sent. */
  faultsOf: (form: Form) => Texts<Form>;
  create?: (form: Form, key: Record<string, string>) => Promise<Thing>;
  update?: (base: Thing, form: Form) => Promise<Thing>;
  /** As it is now, when somebody else was faster. */
  latest?: (base: Thing) => Promise<Thing | undefined>;
  /** Said where a new one is what another one is already. */
  taken?: Texts<Form>;
  /** Said once it is saved, where nothing else shows it. */
  done?: string;
  onSaved: (saved: Thing) => void;
  onClose: () => void;
}

const isOvertaken = (error: unknown) => error instanceof ApiError && error.status === 412;
/** By a refusal, or because what is there already wants its version. */
const isTaken = (error: unknown) => error instanceof ApiError && (error.status === 409 || error.status === 428);

/**
 * A form on one thing that others may change too. Leaving it keeps a draft; of what others saved meanwhile nothing is
 * overwritten: mine is put on top of theirs, their changes are told, and it is saved by a second press.
 */
export function useVersioned<Thing, Form extends Record<keyof Form, string>>(of: Versioned<Thing, Form>) {
  const t = useT();
  const keyOf = useKeyOfAttempt();
  const draft = useFoundDraft<{ base: Thing | null; form: Form }>(of.draft);
  const [base, setBase] = useState(draft ? draft.value.base : of.thing);
  const [theirs, setTheirs] = useState<string[]>([]);
  const before = base ? of.formOf(base) : of.empty;
  const form = useFields<Form>(draft?.value.form ?? before);
  const changed = changedFields(before, form.values).length > 0;
  const { restoredAt, drop } = useKeptDraft(of.draft, changed ? { base, form: form.values } : null, draft);
  const putOnTop = async (old: Thing) => {
    const now = await of.latest?.(old);
    if (!now) return;
    const other = of.formOf(now);
    const say = (field: keyof Form, value: string) => of.say?.(field, value) ?? value;
    setTheirs(
      changedFields(before, other).map((field) =>
        t.common.changed(of.labelOf(field), say(field, before[field] ?? ''), say(field, other[field] ?? '')),
      ),
    );
    form.setValues(onTop(before, form.values, other));
    setBase(now);
  };
  const save = useMutation({
    mutationFn: async () => {
      const typed = trimmed(form.values);
      if (!base) return of.create?.(typed, keyOf(typed)) ?? null;
      try {
        return (await of.update?.(base, typed)) ?? null;
      } catch (error) {
        if (!isOvertaken(error)) throw error;
        await putOnTop(base);
        return null;
      }
    },
    onSuccess: (saved) => {
      if (!saved) return;
      drop();
      if (of.done) notify(of.done);
      of.onSaved(saved);
      of.onClose();
    },
    onError: (error) => {
      if (of.taken && isTaken(error)) return form.check(of.taken);
      form.refuse(error);
      // Where it is about no field, the server's own words say what it is about.
      const detail = error instanceof ApiError && error.errors.length === 0 ? errorDetail(error) : null;
      notify([errorText(t, error), detail].filter(Boolean).join(' '), 'danger');
    },
  });
  return {
    form,
    base,
    changed,
    theirs,
    restoredAt,
    drop,
    restart: () => {
      setBase(of.thing);
      setTheirs([]);
      form.setValues(of.thing ? of.formOf(of.thing) : of.empty);
    },
    isSaving: save.isPending,
    submit: () => {
      if (form.check(of.faultsOf(form.values))) save.mutate();
    },
  };
}
