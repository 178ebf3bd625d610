import { Button, Checkbox, Modal, NativeSelect, Radio, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { ApiError } from '@/shared/api/client';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useFmt } from '@/shared/fmt';
import { instantOf, localOf } from '@/shared/fmt/localTime';
import { useT } from '@/shared/i18n';
import { fieldErrors } from '@/shared/ui/errorText';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { consentsQuery, recordConsent } from './api';
import { ConfirmStep } from './ConfirmStep';
import css from './consent.module.css';
import { collected, DECISIONS, leavesNothingGranted } from './decisions';
import type { CustomerConsents, Decision, NewConsent, Purpose } from './types';

const NOTE_CHARACTERS_MAX = 1000;

interface Props {
  consents: CustomerConsents;
  purposes: Purpose[];
  onClose: () => void;
}

/** A decision is written down by hand. What takes something back is asked about once more, with what it erases. */
export function RecordDialog({ consents, purposes, onClose }: Props) {
  const t = useT();
  const fmt = useFmt();
  const r = t.consent.record;
  const queryClient = useQueryClient();
  const [code, setCode] = useState(purposes[0]?.code ?? '');
  const [decision, setDecision] = useState<Decision>('granted');
  /** Null: all. */
  const [channels, setChannels] = useState<string[] | null>(null);
  const [version, setVersion] = useState('');
  const [at, setAt] = useState('');
  const [note, setNote] = useState('');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [asked, setAsked] = useState(false);
  const keyOf = useKeyOfAttempt();
  const purpose = purposes.find((one) => one.code === code) ?? null;
  const states = consents.states.filter((state) => state.purpose === code);
  const consent: NewConsent = {
    customer: consents.customer,
    purpose: code,
    decision,
    channels,
    text_version: version === '' ? null : version,
    at: at === '' ? null : instantOf(fmt.timeZone, at),
    note: note.trim() === '' ? null : note.trim(),
  };
  const save = useMutation({
    mutationFn: () => recordConsent(consent, keyOf(consent)),
    onSuccess: () => {
      notify(r.done);
      // What was collected may be gone already: identifiers and traits are asked for again too.
      queryClient.invalidateQueries({ queryKey: consentsQuery(consents.customer).queryKey.slice(0, 2) });
      onClose();
    },
    onError: (error) => {
      setAsked(false);
      if (error instanceof ApiError) setErrors(fieldErrors(t, error));
      notify(errorText(t, error), 'danger');
    },
  });
  const choosePurpose = (next: string) => {
    setCode(next);
    setChannels(null);
    setVersion('');
    setErrors({});
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found: Record<string, string> = {};
    if (channels?.length === 0) found.channels = r.oneChannel;
    if (consent.at !== null && Date.parse(consent.at) > Date.now()) found.at = r.notYet;
    setErrors(found);
    if (Object.keys(found).length > 0) return;
    if (decision === 'granted') save.mutate();
    else setAsked(true);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={asked ? r.confirmTitle(t.consent.decisions[decision]) : r.title}
      size="lg"
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <LeaveGuard when={note !== '' || decision !== 'granted'} />
      {asked ? (
        <ConfirmStep
          consent={consent}
          purpose={purpose}
          erases={leavesNothingGranted(states, decision, channels) ? collected(purpose) : null}
          staysGranted={collected(purpose) !== null && !leavesNothingGranted(states, decision, channels)}
          working={save.isPending}
          onConfirm={() => save.mutate()}
          onBack={() => setAsked(false)}
        />
      ) : (
        <form onSubmit={submit} className={css.stack} noValidate>
          <NativeSelect
            label={r.purpose}
            data={purposes.map((one) => ({ value: one.code, label: one.name }))}
            value={code}
            error={errors.purpose}
            onChange={(event) => choosePurpose(event.currentTarget.value)}
            data-autofocus
          />
          <Radio.Group label={r.decision} value={decision} onChange={(value) => setDecision(value as Decision)}>
            <div className={css.choices}>
              {DECISIONS.map((one) => (
                <Radio key={one} value={one} label={t.consent.decisions[one]} description={r.decisions[one]} />
              ))}
            </div>
          </Radio.Group>
          {purpose && purpose.channels.length > 0 && (
            <div>
              <Checkbox
                label={t.consent.allChannels}
                checked={channels === null}
                onChange={(event) => setChannels(event.currentTarget.checked ? null : [...purpose.channels])}
              />
              {channels !== null && (
                <Checkbox.Group
                  label={r.channels}
                  value={channels}
                  onChange={setChannels}
                  error={errors.channels}
                  className={css.channels}
                >
                  <div className={css.choicesInLine}>
                    {purpose.channels.map((channel) => (
                      <Checkbox key={channel} value={channel} label={<span translate="no">{channel}</span>} />
                    ))}
                  </div>
                </Checkbox.Group>
              )}
            </div>
          )}
          <NativeSelect
            label={r.text}
            description={r.textHint}
            data={[
              { value: '', label: r.noText },
              ...(purpose?.texts ?? []).map((text) => ({
                value: text.version,
                label: `${text.version} · ${text.locale}`,
              })),
            ]}
            value={version}
            error={errors.text_version}
            onChange={(event) => setVersion(event.currentTarget.value)}
          />
          <TextInput
            type="datetime-local"
            label={r.at}
            description={r.atHint(fmt.timeZone)}
            max={localOf(fmt.timeZone, new Date().toISOString())}
            value={at}
            error={errors.at}
            onChange={(event) => setAt(event.currentTarget.value)}
          />
          <Textarea
            label={r.note}
            description={r.noteHint}
            maxLength={NOTE_CHARACTERS_MAX}
            rows={3}
            value={note}
            error={errors.note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Button type="submit" loading={save.isPending}>
            {decision === 'granted' ? r.save : r.goOn}
          </Button>
        </form>
      )}
    </Modal>
  );
}
