import { Button, Checkbox, Modal, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useCan } from '@/access/me';
import { DraftNotice } from '@/app/drafts/DraftNotice';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { useFoundDraft, useKeptDraft } from '@/app/drafts/useDraft';
import { ApiError } from '@/shared/api/client';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { fieldErrors } from '@/shared/ui/errorText';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { TheirChanges } from '@/shared/ui/TheirChanges';
import { sourcesQuery } from '@/sources/api';
import { purposesQuery, putPurpose } from './api';
import css from './consent.module.css';
import { changedFields, changeLines, EMPTY, formOf, isCode, onTop, type PurposeForm, settingsOf } from './purposeForm';
import type { Purpose } from './types';

const NAME_CHARACTERS_MAX = 200;
const DESCRIPTION_CHARACTERS_MAX = 2000;
/** As `domain::identity::IdentifierType` has them; what a later server knows beyond these stays as it is. */
const IDENTIFIERS = [
  'customer_id',
  'member_no',
  'phone',
  'email',
  'other_id',
  'user_id',
  'anonymous_id',
  'union_id',
  'open_id',
  'android.id',
  'android.idfa',
  'android.push_token',
  'ga_client_id',
  'ios.id',
  'ios.idfa',
  'ios.push_token',
];

interface PurposeDraft {
  /** What the changes were made to; null for a new one. */
  base: Purpose | null;
  form: PurposeForm;
}

interface Props {
  /** Null: a new one is registered. */
  purpose: Purpose | null;
  onClose: () => void;
}

export function PurposeDialog({ purpose, onClose }: Props) {
  const t = useT();
  const fmt = useFmt();
  const r = t.consent.register;
  const f = r.form;
  const can = useCan();
  const queryClient = useQueryClient();
  const sources = useQuery({ ...sourcesQuery, refetchInterval: false, enabled: can('sources.read') });
  const draftName = purpose ? `purpose.${purpose.code}` : 'purpose';
  const draft = useFoundDraft<PurposeDraft>(draftName);
  const [base, setBase] = useState(draft?.value.base ?? purpose);
  const start = base ? formOf(base) : EMPTY;
  const [form, setForm] = useState(draft?.value.form ?? start);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [theirs, setTheirs] = useState<string[]>([]);
  const changed = changedFields(start, form).length > 0 || form.code !== start.code;
  const { restoredAt, drop } = useKeptDraft(draftName, changed ? { base, form } : null, draft);
  const set = (next: Partial<PurposeForm>) => {
    setForm((before) => ({ ...before, ...next }));
    setErrors({});
  };
  const restart = () => {
    setBase(purpose);
    setForm(purpose ? formOf(purpose) : EMPTY);
  };
  const putOnTopOfTheirs = async (of: Purpose) => {
    const { items } = await queryClient.fetchQuery({ ...purposesQuery, staleTime: 0 });
    const now = items.find(({ code }) => code === of.code);
    if (!now) return;
    setTheirs(changeLines(t, fmt, formOf(of), formOf(now)));
    setForm(onTop(formOf(of), form, formOf(now)));
    setBase(now);
  };
  const save = useMutation({
    mutationFn: async () => {
      try {
        return await putPurpose(form.code.trim(), base?.version ?? null, settingsOf(form));
      } catch (error) {
        if (!(error instanceof ApiError) || (error.status !== 412 && error.status !== 428)) throw error;
        if (base) await putOnTopOfTheirs(base);
        else setErrors({ code: f.taken });
        return null;
      }
    },
    onSuccess: (saved) => {
      if (!saved) return;
      drop();
      queryClient.invalidateQueries({ queryKey: purposesQuery.queryKey });
      notify(purpose ? r.saved : r.created);
      onClose();
    },
    onError: (error) => {
      if (error instanceof ApiError) setErrors(fieldErrors(t, error));
      notify(errorText(t, error), 'danger');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found: Record<string, string> = {};
    if (!isCode(form.code.trim())) found.code = f.codeHint;
    if (form.name.trim() === '') found.name = t.access.required;
    if (!settingsOf(form).channels.every(isCode)) found.channels = f.channelsHint;
    setErrors(found);
    if (Object.keys(found).length === 0) save.mutate();
  };
  const types = [...new Set([...IDENTIFIERS, ...form.identifiers])];
  const known = sources.data?.items.map(({ source }) => source) ?? [];
  const named = form.sources.filter((id) => !known.some((source) => source.id === id));
  return (
    <Modal
      opened
      onClose={onClose}
      title={purpose ? r.editTitle : r.create}
      size="lg"
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <LeaveGuard when={changed} onDiscard={drop} />
      <form onSubmit={submit} className={css.stack} noValidate>
        {restoredAt && theirs.length === 0 && <DraftNotice at={restoredAt} onDiscard={restart} />}
        <TheirChanges title={f.conflictTitle} text={f.conflictText} lines={theirs} />
        {!purpose && (
          <TextInput
            label={f.code}
            description={f.codeHint}
            maxLength={64}
            value={form.code}
            error={errors.code}
            onChange={(event) => set({ code: event.currentTarget.value })}
            data-autofocus
          />
        )}
        <TextInput
          label={f.name}
          maxLength={NAME_CHARACTERS_MAX}
          value={form.name}
          error={errors.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          data-autofocus={purpose ? true : undefined}
        />
        <Textarea
          label={f.description}
          maxLength={DESCRIPTION_CHARACTERS_MAX}
          rows={2}
          value={form.description}
          error={errors.description}
          onChange={(event) => set({ description: event.currentTarget.value })}
        />
        <TextInput
          label={f.channels}
          description={f.channelsHint}
          placeholder="sms, email"
          value={form.channels}
          error={errors.channels}
          onChange={(event) => set({ channels: event.currentTarget.value })}
        />
        <h3 className={css.subtitle}>{f.collects}</h3>
        <p className={css.lead}>{f.collectsHint}</p>
        <TextInput
          label={f.traits}
          description={f.traitsHint}
          placeholder="nickname, avatar"
          value={form.traits}
          error={errors['collects.traits']}
          onChange={(event) => set({ traits: event.currentTarget.value })}
        />
        <Checkbox.Group
          label={f.identifiers}
          value={form.identifiers}
          onChange={(identifiers) => set({ identifiers })}
          error={errors['collects.identifiers']}
        >
          <div className={css.grid}>
            {types.map((type) => (
              <Checkbox key={type} value={type} label={lookup(t.common.identifiers, type)} />
            ))}
          </div>
        </Checkbox.Group>
        {(known.length > 0 || named.length > 0) && (
          <Checkbox.Group
            label={f.sources}
            description={f.sourcesHint}
            value={form.sources}
            onChange={(chosen) => set({ sources: chosen })}
            error={errors['collects.sources']}
          >
            <div className={css.grid}>
              {known.map((source) => (
                <Checkbox key={source.id} value={source.id} label={<span translate="no">{source.name}</span>} />
              ))}
              {named.map((id) => (
                <Checkbox key={id} value={id} label={<span className="mono">{id}</span>} />
              ))}
            </div>
          </Checkbox.Group>
        )}
        <Button type="submit" loading={save.isPending} disabled={!changed}>
          {purpose ? r.save : r.create}
        </Button>
      </form>
    </Modal>
  );
}
