import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { CODE_MAX, NAME_MAX, suggestingCode } from '@/app/forms/codes';
import { VersionedDialog } from '@/app/forms/VersionedDialog';
import { useBrand } from '@/customers/useBrand';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import type { Fields } from '@/shared/ui/useFields';
import { channelsQuery, putChannels } from './api';
import {
  type ChannelForm,
  channelOf,
  EMPTY,
  faultsOf,
  formOf,
  IDENTIFIERS,
  identifiersOf,
  withChannel,
} from './channelForm';
import css from './reach.module.css';
import type { ReachChannel, VersionedChannels } from './types';

interface Props {
  /** Null: a new one is added. */
  channel: ReachChannel | null;
  onClose: () => void;
}

/** One channel: who is a contact of it, under which consent, how often, and at what cost. It holds at once. */
export function ChannelDialog({ channel, onClose }: Props) {
  const found = useQuery({ ...channelsQuery, staleTime: 0 });
  // They are few and come at once; what fails is said by the pool, which is counted over them.
  return found.data ? <Dialog channel={channel} all={found.data} onClose={onClose} /> : null;
}

function Dialog({ channel, all, onClose }: Props & { all: VersionedChannels }) {
  const t = useT();
  const c = t.reach.channel;
  const fmt = useFmt();
  const { exponent } = useBrand();
  const queryClient = useQueryClient();
  // What is refreshed meanwhile is not what was begun with.
  const [begun] = useState(all);
  const isNew = channel === null;
  const latest = () => queryClient.fetchQuery({ ...channelsQuery, staleTime: 0 });
  const say = (field: keyof ChannelForm, value: string) => {
    if (field === 'identifiers')
      return fmt.list(identifiersOf({ identifiers: value }).map((one) => lookup(t.common.identifiers, one)));
    if (field === 'consent') return lookup(t.reach.pool.consents, value);
    return field === 'is_connection' ? (value === '' ? c.form.no : c.form.yes) : value;
  };
  return (
    <VersionedDialog<VersionedChannels, ChannelForm>
      title={isNew ? c.create : c.change.title}
      action={isNew ? c.create : c.change.save}
      done={c.done}
      thing={isNew ? null : begun}
      empty={EMPTY}
      formOf={({ channels }) => {
        const one = channels.find(({ code }) => code === channel?.code) ?? channel;
        return one ? formOf(one, exponent) : EMPTY;
      }}
      draft={isNew ? 'reach-channel' : `reach-channel.${channel.code}`}
      labelOf={(field) => c.form[field]}
      say={say}
      faultsOf={(form) => {
        const isTaken = isNew && begun.channels.some(({ code }) => code === form.code.trim());
        return { ...faultsOf(t, form, exponent), ...(isTaken ? { code: c.form.taken } : {}) };
      }}
      create={async (form) => {
        const now = await latest();
        return putChannels(now.etag, withChannel(now.channels, channelOf(form, exponent)));
      }}
      update={(base, form) => putChannels(base.etag, withChannel(base.channels, channelOf(form, exponent)))}
      latest={latest}
      onSaved={(saved) => {
        queryClient.setQueryData(channelsQuery.queryKey, saved);
        queryClient.invalidateQueries({ queryKey: ['reach'] });
      }}
      onClose={onClose}
    >
      {(form) => <Inputs form={form} isNew={isNew} />}
    </VersionedDialog>
  );
}

function Inputs({ form, isNew }: { form: Fields<ChannelForm>; isNew: boolean }) {
  const t = useT();
  const f = t.reach.channel.form;
  const { currency } = useBrand();
  const chosen = identifiersOf(form.values);
  const types = [...new Set([...IDENTIFIERS, ...chosen])];
  return (
    <>
      <div className={css.two}>
        <TextInput label={f.name_zh} maxLength={NAME_MAX} data-autofocus {...form.field('name_zh')} />
        <TextInput
          label={f.name_en}
          maxLength={NAME_MAX}
          {...(isNew ? suggestingCode(form, 'name_en', 'code') : form.field('name_en'))}
        />
      </div>
      <TextInput
        label={f.code}
        description={isNew ? f.codeHint : f.codeStays}
        maxLength={CODE_MAX}
        disabled={!isNew}
        {...form.field('code')}
      />
      <Checkbox.Group
        label={f.identifiers}
        description={f.identifiersHint}
        error={form.errors.identifiers}
        value={chosen}
        onChange={(next) => form.set('identifiers', types.filter((one) => next.includes(one)).join(','))}
      >
        <div className={css.choices}>
          {types.map((one) => (
            <Checkbox key={one} value={one} label={lookup(t.common.identifiers, one)} />
          ))}
        </div>
      </Checkbox.Group>
      <div className={css.two}>
        <TextInput label={f.purpose} description={f.purposeHint} spellCheck={false} {...form.field('purpose')} />
        <NativeSelect
          label={f.consent}
          description={f.consentHint}
          data={(['granted', 'not_refused'] as const).map((value) => ({ value, label: t.reach.pool.consents[value] }))}
          {...form.field('consent')}
        />
        <TextInput label={f.messages} description={f.messagesHint} inputMode="numeric" {...form.field('messages')} />
        <TextInput
          label={f.days}
          description={f.daysHint}
          inputMode="numeric"
          disabled={form.values.messages.trim() === ''}
          {...form.field('days')}
        />
        <TextInput
          label={f.cost}
          description={f.costHint(currency)}
          inputMode="decimal"
          placeholder="0"
          {...form.field('cost')}
        />
      </div>
      <Checkbox
        label={f.is_connection}
        description={f.connectionHint}
        checked={form.values.is_connection !== ''}
        onChange={(event) => form.set('is_connection', event.currentTarget.checked ? 'yes' : '')}
      />
    </>
  );
}
