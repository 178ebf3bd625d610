import { Button, Modal, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { useCustomerName } from '@/customers/name';
import type { CustomerRow } from '@/shared/api/types';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useFmt } from '@/shared/fmt';
import { instantOf, localOf } from '@/shared/fmt/localTime';
import { useT } from '@/shared/i18n';
import css from '@/shared/ui/dialog.module.css';
import { useFocusBack } from '@/shared/ui/hooks';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { useFields } from '@/shared/ui/useFields';
import { askAgain, noteContact } from './api';
import { CHANNELS, type Contact } from './types';

const NOTE_MAX = 1000;
const OLDEST_DAYS = 366;
const DAY_MS = 86_400_000;

/** What was said to a customer and how: it becomes a fact of theirs. */
export function ContactDialog({ customer, onClose }: { customer: CustomerRow; onClose: () => void }) {
  const t = useT();
  const c = t.keyCustomers.contact;
  const fmt = useFmt();
  const nameOf = useCustomerName();
  const queryClient = useQueryClient();
  const keyOf = useKeyOfAttempt();
  const [openedAt] = useState(() => Date.now());
  const now = localOf(fmt.timeZone, new Date(openedAt).toISOString());
  const form = useFields<Record<keyof Contact, string>>({ channel: CHANNELS[0], note: '', at: now });
  const { channel, note, at } = form.values;
  useFocusBack();
  const save = useMutation({
    mutationFn: (contact: Contact) => noteContact(customer.id, contact, keyOf(contact)),
    onSuccess: () => {
      notify(c.done);
      askAgain(queryClient, customer.id);
      onClose();
    },
    onError: (error) => {
      form.refuse(error);
      notify(errorText(t, error), 'danger');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // Untouched it is the moment of saving: the field has no seconds.
    const instant = at === now ? null : instantOf(fmt.timeZone, at);
    const age = instant === null ? 0 : Date.now() - Date.parse(instant);
    const isWrong = (at !== now && instant === null) || age < 0 || age > OLDEST_DAYS * DAY_MS;
    if (!form.check(isWrong ? { at: c.atRange } : {})) return;
    save.mutate({ channel: CHANNELS.find((one) => one === channel) ?? 'other', note: note.trim(), at: instant });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={c.title(nameOf(customer))}
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <LeaveGuard when={note !== ''} />
      <form noValidate className={css.stack} onSubmit={submit} data-testid="contact">
        <NativeSelect
          label={c.channel}
          data={CHANNELS.map((value) => ({ value, label: c.channels[value] }))}
          {...form.field('channel')}
        />
        <Textarea
          label={c.note}
          description={c.noteHint}
          rows={4}
          maxLength={NOTE_MAX}
          data-autofocus
          {...form.field('note')}
        />
        <TextInput
          type="datetime-local"
          label={c.at}
          description={c.atHint(fmt.timeZone)}
          max={now}
          {...form.field('at')}
        />
        <div className={css.foot}>
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {c.save}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
