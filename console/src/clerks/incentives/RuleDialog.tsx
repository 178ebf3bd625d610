import { Button, Modal, NumberInput, SegmentedControl, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { DraftNotice } from '@/app/drafts/DraftNotice';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { useFoundDraft, useKeptDraft } from '@/app/drafts/useDraft';
import { ApiError } from '@/shared/api/client';
import { settingsQuery } from '@/shared/api/session';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { fieldErrors } from '@/shared/ui/errorText';
import { useFocusBack } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { createRule, rulesQuery } from '../api';
import css from '../clerks.module.css';
import type { Rule, RuleKind } from '../types';
import {
  AMOUNT_MINOR_MAX,
  besides,
  DAYS_MAX,
  EMPTY,
  EVENT_CHARACTERS_MAX,
  type Fault,
  isChanged,
  type NewRule,
  type RuleForm,
  ruleOf,
} from './ruleForm';
import { useRuleText } from './ruleText';

/** A new rule. It holds from now on, and does not change any more. */
export function RuleDialog({ rules, onClose }: { rules: Rule[]; onClose: () => void }) {
  const t = useT();
  const fmt = useFmt();
  const { rules: r, kinds } = t.clerks;
  useFocusBack();
  const queryClient = useQueryClient();
  const keyOf = useKeyOfAttempt();
  const settings = useQuery(settingsQuery).data?.settings;
  const textOf = useRuleText();
  const draft = useFoundDraft<RuleForm>('incentive-rule');
  const [form, setForm] = useState(draft?.value ?? EMPTY);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const { restoredAt, drop } = useKeptDraft('incentive-rule', isChanged(form) ? form : null, draft);
  const set = (next: Partial<RuleForm>) => {
    setForm((before) => ({ ...before, ...next }));
    setErrors({});
  };
  const save = useMutation({
    mutationFn: (rule: NewRule) => createRule(rule, keyOf(rule)),
    onSuccess: () => {
      drop();
      queryClient.invalidateQueries({ queryKey: rulesQuery.queryKey });
      notify(r.created);
      onClose();
    },
    onError: (error) => {
      if (error instanceof ApiError) setErrors(fieldErrors(t, error));
      notify(errorText(t, error), 'danger');
    },
  });
  const { currency = null, currency_exponent: exponent = null } = settings ?? {};
  if (settings && (currency === null || exponent === null))
    return (
      <Modal opened onClose={onClose} title={r.create} closeButtonProps={{ 'aria-label': t.common.close }}>
        <p className={css.said} data-testid="needs-currency">
          {r.needsCurrency}{' '}
          <Link to="/settings/$section" params={{ section: 'brand' }}>
            {t.settings.sections.brand}
          </Link>
        </p>
      </Modal>
    );
  if (currency === null || exponent === null) return null;
  const made = ruleOf(form, exponent);
  const amountMax = AMOUNT_MINOR_MAX / 10 ** exponent;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if ('rule' in made) return save.mutate(made.rule);
    const words = (fault: Fault | undefined, allowed: string) =>
      fault &&
      (fault === 'required' ? t.access.required : t.common.withAllowed(t.common.refused.out_of_range, allowed));
    const { amount_minor, days } = made.faults;
    const money = (minor: number) => fmt.money({ minor, currency, exponent });
    setErrors({
      ...(amount_minor ? { amount_minor: words(amount_minor, `${money(1)} – ${money(AMOUNT_MINOR_MAX)}`) ?? '' } : {}),
      ...(days ? { days: words(days, `1 – ${fmt.count(DAYS_MAX)}`) ?? '' } : {}),
    });
  };
  const others = besides(rules, form.kind);
  const number = { hideControls: true, clampBehavior: 'none' as const, thousandSeparator: ',' };
  const numberOf = (value: string | number) => (value === '' ? '' : Number(value));
  return (
    <Modal opened onClose={onClose} title={r.create} closeButtonProps={{ 'aria-label': t.common.close }}>
      <LeaveGuard when={isChanged(form)} onDiscard={drop} />
      <form onSubmit={submit} className={css.stack} noValidate>
        {restoredAt && <DraftNotice at={restoredAt} onDiscard={() => setForm(EMPTY)} />}
        <SegmentedControl
          aria-label={r.kind}
          value={form.kind}
          onChange={(kind) => set({ kind: kind as RuleKind })}
          data={[
            { value: 'sign_up', label: kinds.sign_up },
            { value: 'first_order', label: kinds.first_order },
          ]}
        />
        <NumberInput
          {...number}
          label={r.amount}
          prefix={fmt.symbol(currency)}
          decimalScale={exponent}
          allowNegative={false}
          max={amountMax}
          value={form.amount}
          error={errors.amount_minor}
          onChange={(value) => set({ amount: numberOf(value) })}
          data-autofocus
        />
        {form.kind === 'sign_up' && (
          <TextInput
            label={r.event}
            description={r.eventHint}
            maxLength={EVENT_CHARACTERS_MAX}
            autoComplete="off"
            spellCheck={false}
            value={form.event}
            error={errors.event}
            onChange={(event) => set({ event: event.currentTarget.value })}
          />
        )}
        {(form.kind === 'first_order' || form.event.trim() !== '') && (
          <NumberInput
            {...number}
            label={r.days}
            description={form.kind === 'sign_up' ? r.daysOfSignUp : r.daysOfFirstOrder}
            allowDecimal={false}
            allowNegative={false}
            value={form.days}
            error={errors.days}
            onChange={(value) => set({ days: numberOf(value) })}
          />
        )}
        {others.length > 0 && (
          <Notice tone="warning" title={r.besidesTitle}>
            {others.map((one) => (
              <p key={one.id}>{textOf(one)}</p>
            ))}
            <p>{r.besidesText}</p>
          </Notice>
        )}
        <div role="status">{'rule' in made && <Notice tone="info">{textOf(made.rule)}</Notice>}</div>
        <p className={css.hint}>{r.unchanging}</p>
        <Button type="submit" loading={save.isPending}>
          {r.create}
        </Button>
      </form>
    </Modal>
  );
}
