import { Button, InputBase, Modal, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { useNames } from '@/segments/insight/useNames';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { useFocusBack } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { notify } from '@/shared/ui/notify';
import registry from '@/shared/ui/registry.module.css';
import { ErrorDetail, errorText } from '@/shared/ui/StateView';
import { useFields } from '@/shared/ui/useFields';
import { tagGroupsQuery } from '@/tags/api';
import { type AudienceForm, audiencesQuery, sendAudience } from './api';

const EMPTY: AudienceForm = { name: '', provider: '', purpose: '', tag: '' };

/** A file of hashes, where it comes from and what it is for. The tag has to end, so only such tags are offered. */
export function AudienceDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const a = t.audiences;
  const fmt = useFmt();
  const queryClient = useQueryClient();
  const groups = useQuery(tagGroupsQuery);
  const nameOf = useNames();
  const form = useFields(EMPTY);
  const [file, setFile] = useState<File | null>(null);
  const [done, setDone] = useState(0);
  const running = useRef<AbortController>(null);
  useFocusBack();
  // Whoever closes the dialog does not want the file sent any more.
  useEffect(() => () => running.current?.abort(), []);
  const tags = (groups.data?.items ?? []).flatMap(({ group, tags }) =>
    typeof group.valid_days === 'number' && !group.archived_at
      ? tags
          .filter(({ tag }) => !tag.archived_at)
          .map(({ tag }) => ({
            value: tag.code,
            label: nameOf({ zh: tag.name_zh, en: tag.name_en }),
            days: group.valid_days,
          }))
      : [],
  );
  const send = useMutation({
    mutationFn: (chosen: File) => {
      running.current = new AbortController();
      return sendAudience(form.values, chosen, setDone, running.current.signal);
    },
    onSuccess: (taken) => {
      queryClient.invalidateQueries({ queryKey: audiencesQuery.queryKey });
      notify(a.taken(fmt.count(taken.matched), fmt.count(taken.hashes)));
      onClose();
    },
    onError: (error) => form.refuse(error),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const missing = Object.keys(EMPTY).filter((field) => form.values[field as keyof AudienceForm].trim() === '');
    const found = Object.fromEntries(missing.map((field) => [field, a.needed])) as Partial<AudienceForm>;
    if (form.check(found) && file) send.mutate(file);
  };
  const days = tags.find(({ value }) => value === form.values.tag)?.days;
  return (
    <Modal opened onClose={onClose} title={a.add} size="lg" closeButtonProps={{ 'aria-label': t.common.close }}>
      <LeaveGuard when={file !== null} />
      <form onSubmit={submit} className={registry.stack} noValidate>
        <InputBase
          component="input"
          type="file"
          label={a.file}
          description={a.fileHint}
          accept=".csv,.txt,text/plain,text/csv"
          onChange={(event) => {
            setFile(event.currentTarget.files?.[0] ?? null);
            send.reset();
          }}
          data-autofocus
        />
        <TextInput label={a.name} maxLength={60} {...form.field('name')} />
        <TextInput label={a.provider} maxLength={60} {...form.field('provider')} />
        <Textarea label={a.purpose} description={a.purposeHint} maxLength={300} rows={2} {...form.field('purpose')} />
        {groups.data && tags.length === 0 ? (
          <Notice tone="info">{a.noTags}</Notice>
        ) : (
          <NativeSelect
            label={a.tag}
            description={typeof days === 'number' ? a.days(fmt.count(days)) : a.tagHint}
            data={[{ value: '', label: a.chooseTag }, ...tags]}
            {...form.field('tag')}
          />
        )}
        {send.error && (
          <div role="alert">
            <p>{errorText(t, send.error)}</p>
            <ErrorDetail error={send.error} />
          </div>
        )}
        {send.isPending && file && (
          <p role="status">{a.sending(fmt.percent(file.size > 0 ? done / file.size : 1, 0))}</p>
        )}
        <Button type="submit" loading={send.isPending} disabled={file === null}>
          {a.match}
        </Button>
      </form>
    </Modal>
  );
}
