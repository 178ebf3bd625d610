import { Button, Checkbox, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { fieldsQuery } from '@/fields/registry/api';
import type { ProfileField } from '@/fields/registry/types';
import { ApiError } from '@/shared/api/client';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { lookup, useLocale, useT } from '@/shared/i18n';
import { fieldErrors } from '@/shared/ui/errorText';
import { useFocusBack } from '@/shared/ui/hooks';
import { notify } from '@/shared/ui/notify';
import { errorText, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { type Answers, answersOf } from './answerForm';
import { cardsQuery, writeAnswer } from './api';
import type { UsageCard } from './types';
import css from './usageCards.module.css';

const ORDER_NO_MAX = 100;

/** What a customer says in a shop or on the phone is written down, question by question. */
export function AnswerDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useT();
  const a = t.usageCards.answers;
  const query = useQuery(cardsQuery);
  useFocusBack();
  return (
    <Modal opened onClose={onClose} title={a.writeTitle} closeButtonProps={{ 'aria-label': t.common.close }}>
      <QueryView query={query} quiet loading={<LoadingBlock lines={4} height={48} />}>
        {({ items }) => {
          const cards = items.filter((one) => !one.is_archived);
          return cards.length === 0 ? <p>{a.noCards}</p> : <Form id={id} cards={cards} onClose={onClose} />;
        }}
      </QueryView>
    </Modal>
  );
}

function Form({ id, cards, onClose }: { id: string; cards: UsageCard[]; onClose: () => void }) {
  const t = useT();
  const a = t.usageCards.answers;
  const { locale } = useLocale();
  const queryClient = useQueryClient();
  const keyOf = useKeyOfAttempt();
  const fields = useQuery(fieldsQuery).data?.items.map(({ field }) => field) ?? [];
  const [code, setCode] = useState(cards[0]?.code ?? '');
  const [orderNo, setOrderNo] = useState('');
  const [typed, setTyped] = useState<Answers>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const card = cards.find((one) => one.code === code);
  const answers = answersOf(card?.questions ?? [], fields, typed);
  const answer = { card: code, order_no: orderNo.trim() === '' ? null : orderNo.trim(), answers };
  const save = useMutation({
    mutationFn: () => writeAnswer(id, answer, keyOf(answer)),
    onSuccess: () => {
      notify(a.done);
      queryClient.invalidateQueries({ queryKey: ['customer', id] });
      queryClient.invalidateQueries({ queryKey: ['tickets'] });
      onClose();
    },
    onError: (error) => {
      if (error instanceof ApiError) setErrors(fieldErrors(t, error));
      notify(errorText(t, error), 'danger');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} className={css.stack} noValidate>
      <LeaveGuard when={Object.keys(answers).length > 0 || orderNo !== ''} />
      <NativeSelect
        label={a.card}
        translate="no"
        value={code}
        data={cards.map((one) => ({ value: one.code, label: one.name }))}
        onChange={(event) => {
          setCode(event.currentTarget.value);
          setErrors({});
        }}
      />
      <TextInput
        label={a.order}
        description={a.orderHint}
        maxLength={ORDER_NO_MAX}
        value={orderNo}
        error={errors.order_no}
        onChange={(event) => setOrderNo(event.currentTarget.value)}
      />
      {card?.questions.map((question) => (
        <AnswerField
          key={question.field}
          label={locale === 'en' ? question.text_en : question.text_zh}
          field={fields.find(({ name }) => name === question.field)}
          value={typed[question.field] ?? ''}
          error={errors[`answers.${question.field}`]}
          onChange={(value) => setTyped((before) => ({ ...before, [question.field]: value }))}
        />
      ))}
      <Button type="submit" loading={save.isPending} disabled={Object.keys(answers).length === 0}>
        {a.save}
      </Button>
    </form>
  );
}

interface FieldProps {
  label: string;
  field: ProfileField | undefined;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

/** What is offered is what the type of the field allows. */
function AnswerField({ label, field, value, error, onChange }: FieldProps) {
  const { answers: a, preview } = useT().usageCards;
  const type = field?.type ?? 'text';
  const allowed = field?.allowed ?? [];
  const choose = (data: { value: string; label: string }[]) => (
    <NativeSelect
      label={label}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={[{ value: '', label: a.open }, ...data]}
    />
  );
  if (type === 'boolean')
    return choose([
      { value: 'true', label: a.yes },
      { value: 'false', label: a.no },
    ]);
  if (type === 'choice' && allowed.length > 0) return choose(allowed.map((one) => ({ value: one, label: one })));
  if (type === 'choices' && allowed.length > 0)
    return (
      <Checkbox.Group
        label={label}
        error={error}
        value={value === '' ? [] : value.split('\n')}
        onChange={(chosen) => onChange(chosen.join('\n'))}
      >
        <div className={css.choices} translate="no">
          {allowed.map((one) => (
            <Checkbox key={one} value={one} label={one} />
          ))}
        </div>
      </Checkbox.Group>
    );
  const isNumber = type === 'integer' || type === 'decimal';
  return (
    <TextInput
      label={label}
      description={lookup(preview.answers, type)}
      type={type === 'date' ? 'date' : 'text'}
      inputMode={isNumber ? 'decimal' : undefined}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
