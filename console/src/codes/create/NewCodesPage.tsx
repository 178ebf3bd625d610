import { Button, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useDeferredValue, useMemo, useState } from 'react';
import { useCan } from '@/access/me';
import { DraftNotice } from '@/app/drafts/DraftNotice';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { useFoundDraft, useKeptDraft } from '@/app/drafts/useDraft';
import type { Search } from '@/app/search';
import { useBrand } from '@/customers/useBrand';
import { ApiError } from '@/shared/api/client';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { notify } from '@/shared/ui/notify';
import { BackNav, PageHeader, Panel } from '@/shared/ui/Panel';
import { ErrorDetail, errorText, ForbiddenView } from '@/shared/ui/StateView';
import { useTouchPoints } from '@/touchPoints/useTouchPoints';
import { createCodes } from '../api';
import css from '../codes.module.css';
import { NAME_MAX } from '../limits';
import { CombineFields } from './CombineFields';
import { begunOf, type Known, type NewCodesForm, plan, refusedOf, type Way } from './newCodes';
import { PasteFields } from './PasteFields';
import { PreviewPanel } from './PreviewPanel';

/** Codes in bulk, all or none: what will be made is shown before it is. */
export function NewCodesPage() {
  const t = useT();
  const k = t.codes;
  const can = useCan();
  useDocumentTitle(`${k.form.title} · ${k.title}`);
  return (
    <>
      <BackNav label={k.title}>
        <Link to="/codes">← {k.title}</Link>
      </BackNav>
      <PageHeader title={k.form.title} />
      {can('touch_points.manage') ? <Form /> : <ForbiddenView right="touch_points.manage" />}
    </>
  );
}

function useKnown(): Known {
  const { exponent } = useBrand();
  const { list } = useTouchPoints();
  return useMemo(() => {
    const open = list?.items.filter(({ touch_point: one }) => one.archived_at === null) ?? [];
    const words = open.flatMap(({ touch_point: one }) =>
      [one.code, one.name_zh, one.name_en].map((word) => [word.toLowerCase(), one.code] as const),
    );
    return { exponent, touchPoints: new Map(words) };
  }, [list, exponent]);
}

function Form() {
  const t = useT();
  const fmt = useFmt();
  const f = t.codes.form;
  const brand = useBrand();
  const { choices } = useTouchPoints();
  const known = useKnown();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const begun = begunOf(useSearch({ strict: false }) as Search);
  const kept = `codes${begun.target}`;
  const draft = useFoundDraft<NewCodesForm>(kept);
  const [form, setForm] = useState(draft?.value ?? begun);
  const [done, setDone] = useState(false);
  const changed = !done && JSON.stringify(form) !== JSON.stringify(begun);
  const { restoredAt, drop } = useKeptDraft(kept, changed ? form : null, draft);
  // A thousand rows need not be there before the next letter.
  const later = useDeferredValue(form);
  const planned = useMemo(() => plan(later, known), [later, known]);
  const keyOf = useKeyOfAttempt();
  const create = useMutation({
    mutationFn: () => {
      const { codes } = plan(form, known);
      return createCodes(codes, keyOf(codes));
    },
    onSuccess: async (made) => {
      setDone(true);
      drop();
      queryClient.invalidateQueries({ queryKey: ['codes'] });
      notify(f.done(fmt.count(made.length)));
      const [first, ...others] = made;
      if (first && others.length === 0)
        await navigate({ to: '/codes/$id', params: { id: first.id }, ignoreBlocker: true });
      else await navigate({ to: '/codes', search: first ? { batch: first.batch_id } : {}, ignoreBlocker: true });
    },
  });
  const set = <Key extends keyof NewCodesForm>(name: Key, value: NewCodesForm[Key]) => {
    create.reset();
    setForm((before) => ({ ...before, [name]: value }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) create.mutate();
  };
  const refused = create.error instanceof ApiError ? refusedOf(create.error.errors[0]?.pointer ?? '') : null;
  const ready = planned.problems.length === 0 && planned.codes.length > 0 && later === form;
  return (
    <form onSubmit={submit} className={css.form} noValidate>
      <LeaveGuard when={changed} onDiscard={drop} />
      {restoredAt && <DraftNotice at={restoredAt} onDiscard={() => setForm(begun)} />}
      <SegmentedControl
        className={css.start}
        aria-label={f.way}
        value={form.way}
        onChange={(way) => set('way', way as Way)}
        data={(['combine', 'paste'] as const).map((value) => ({ value, label: f.ways[value] }))}
      />
      <Panel title={f.common}>
        <div className={css.fields}>
          {form.way === 'combine' && (
            <TextInput
              label={f.name}
              description={f.nameHint}
              maxLength={NAME_MAX}
              value={form.name}
              onChange={(event) => set('name', event.currentTarget.value)}
            />
          )}
          <NativeSelect
            label={f.touchPoint}
            description={f.touchPointHint}
            value={form.touch_point}
            translate="no"
            onChange={(event) => set('touch_point', event.currentTarget.value)}
            data={[{ value: '', label: f.chooseTouchPoint }, ...choices]}
          />
          <TextInput
            label={f.target}
            description={f.targetHint}
            type="url"
            value={form.target}
            onChange={(event) => set('target', event.currentTarget.value)}
          />
          <TextInput
            label={f.cost}
            description={f.costHint}
            inputMode="decimal"
            leftSection={fmt.symbol(brand.currency) || undefined}
            value={form.cost}
            onChange={(event) => set('cost', event.currentTarget.value)}
          />
        </div>
      </Panel>
      {form.way === 'combine' ? (
        <CombineFields lists={form.lists} onChange={(lists) => set('lists', lists)} />
      ) : (
        <PasteFields text={form.text} onChange={(text) => set('text', text)} />
      )}
      <p className="muted">{f.limits}</p>
      <PreviewPanel planned={planned} untouched={!changed && begun.target === ''} />
      {create.error && (
        <div role="alert" data-testid="codes-refused">
          <Notice tone="danger">
            <p>{refused ? f.refused(fmt.count(refused.place), f.faults[refused.fault]) : errorText(t, create.error)}</p>
            <ErrorDetail error={create.error} />
          </Notice>
        </div>
      )}
      <div className={css.foot}>
        <Button component={Link} to="/codes" variant="default">
          {t.common.cancel}
        </Button>
        <Button type="submit" disabled={!ready} loading={create.isPending} data-testid="create-codes">
          {f.submit(fmt.count(planned.count))}
        </Button>
      </div>
    </form>
  );
}
