import { Button, NumberInput, Select, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { DraftNotice } from '@/app/drafts/DraftNotice';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { useFoundDraft, useKeptDraft } from '@/app/drafts/useDraft';
import { ApiError } from '@/shared/api/client';
import { settingsQuery } from '@/shared/api/session';
import type { BrandSettings } from '@/shared/api/types';
import { valueRunQuery } from '@/shared/api/useValueRun';
import { useT } from '@/shared/i18n';
import { fieldErrors } from '@/shared/ui/errorText';
import { Notice } from '@/shared/ui/Notice';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import { errorText, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { supportedValues } from '@/shared/ui/supportedValues';
import { saveSettings } from './api';
import { changedFields, changesFigures, type BrandForm as Form, formOf, onTop, settingsOf } from './brandForm';
import css from './settings.module.css';

const ConflictDialog = lazy(() => import('./ConflictDialog').then((module) => ({ default: module.ConflictDialog })));

/** Ten years, as the server has it. */
const DAYS_MAX = 3650;

type Loaded = { settings: BrandSettings; etag: string | null };

interface BrandDraft {
  base: Loaded;
  form: Form;
}

export function BrandSection() {
  const query = useQuery(settingsQuery);
  return (
    <QueryView query={query} quiet loading={<LoadingBlock lines={6} height={48} />}>
      {(loaded) => <BrandForm loaded={loaded} />}
    </QueryView>
  );
}

function BrandForm({ loaded }: { loaded: Loaded }) {
  const t = useT();
  const b = t.settings.brand;
  const can = useCan();
  const queryClient = useQueryClient();
  const readOnly = !can('settings.write');
  const draft = useFoundDraft<BrandDraft>('brand');
  // A draft keeps the version that it was made from, so that saving it later still notices what others did meanwhile.
  const [base, setBase] = useState(draft?.value.base ?? loaded);
  const [theirs, setTheirs] = useState<Loaded | null>(null);
  const [values, setValues] = useState(draft?.value.form ?? formOf(loaded.settings));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [saving, setSaving] = useState(false);
  const mine = settingsOf(values, base.settings);
  const changed = changedFields(base.settings, mine).length > 0;
  const mineToKeep: BrandDraft | null = changed ? { base, form: values } : null;
  const { restoredAt, drop } = useKeptDraft('brand', mineToKeep, draft);

  const show = (version: Loaded) => {
    setBase(version);
    setValues(formOf(version.settings));
    setErrors({});
  };
  const accept = (saved: Loaded) => {
    queryClient.setQueryData(settingsQuery.queryKey, saved);
    setTheirs(null);
    show(saved);
  };
  const compare = async () => {
    try {
      setTheirs(await queryClient.fetchQuery({ ...settingsQuery, staleTime: 0 }));
    } catch (error) {
      notify(errorText(t, error), 'danger');
    }
  };
  const put = async (mine: BrandSettings, etag: string | null) => {
    setSaving(true);
    try {
      const saved = await saveSettings(mine, etag);
      notify(changesFigures(base.settings, saved.settings) ? b.savedRecompute : b.saved);
      accept(saved);
      // Figures follow when the run has ended that this may have put in the queue; it refreshes them then.
      queryClient.invalidateQueries({ queryKey: valueRunQuery.queryKey });
    } catch (error) {
      if (error instanceof ApiError && error.status === 412) return compare();
      if (error instanceof ApiError) setErrors(brandErrors(fieldErrors(t, error)));
      notify(errorText(t, error), 'danger');
    } finally {
      setSaving(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    put(mine, base.etag);
  };
  /** Typing in a field takes its error away. */
  const set = (name: keyof Form, value: unknown) => {
    setValues((before) => ({ ...before, [name]: value }));
    setErrors(({ [name]: _, ...others }) => others);
  };
  const field = <Name extends keyof Form>(name: Name) => ({
    value: values[name],
    error: errors[name],
    readOnly,
    onChange: (value: unknown) => set(name, value),
  });
  const number = (name: keyof Form) => ({ hideControls: true, ...field(name) });
  const percent = (name: keyof Form) => ({ min: 0, max: 100, decimalScale: 2, ...number(name) });
  const days = (name: keyof Form) => ({ min: 1, max: DAYS_MAX, allowDecimal: false, ...number(name) });
  return (
    <form onSubmit={submit} className={css.stack} noValidate>
      <LeaveGuard when={changed} onDiscard={drop} />
      {readOnly && <Notice tone="info">{b.readOnly}</Notice>}
      {restoredAt && <DraftNotice at={restoredAt} onDiscard={() => show(loaded)} />}
      <Panel title={b.brand}>
        <div className={css.fields}>
          <TextInput
            label={b.name}
            {...field('brand_name')}
            onChange={(event) => set('brand_name', event.currentTarget.value)}
          />
          <Select
            label={b.timeZone}
            description={b.timeZoneHint}
            data={supportedValues('timeZone', values.time_zone)}
            searchable
            limit={60}
            {...field('time_zone')}
          />
          <Select
            label={b.currency}
            description={loaded.settings.currency_locked ? b.currencyLocked : undefined}
            data={supportedValues('currency', values.currency)}
            searchable
            limit={60}
            {...field('currency')}
            readOnly={readOnly || loaded.settings.currency_locked}
          />
          <Select
            label={b.locale}
            data={[
              { value: 'zh-CN', label: '中文' },
              { value: 'en', label: 'English' },
            ]}
            {...field('default_locale')}
          />
        </div>
      </Panel>
      <Panel title={b.definitions}>
        <div className={css.fields}>
          <NumberInput label={b.margin} description={b.marginHint} {...percent('margin_percent')} />
          <NumberInput label={b.discount} description={b.discountHint} {...percent('discount_percent')} />
          <NumberInput label={b.horizon} description={b.horizonHint} {...days('horizon_days')} />
          <NumberInput label={b.window} description={b.windowHint} {...days('current_window_days')} />
        </div>
      </Panel>
      {!readOnly && (
        <div className={css.formFoot}>
          <Button type="submit" loading={saving} disabled={!changed}>
            {b.save}
          </Button>
        </div>
      )}
      <Suspense fallback={null}>
        {theirs && (
          <ConflictDialog
            base={base.settings}
            mine={mine}
            theirs={theirs.settings}
            onMine={() => put(onTop(base.settings, mine, theirs.settings), theirs.etag)}
            onTheirs={() => accept(theirs)}
            onClose={() => setTheirs(null)}
          />
        )}
      </Suspense>
    </form>
  );
}

/** The form shows percentages, the contract basis points. */
function brandErrors(errors: Record<string, string>): Record<string, string> {
  const { margin_basis_points, discount_rate_annual_basis_points, ...others } = errors;
  return {
    ...others,
    ...(margin_basis_points ? { margin_percent: margin_basis_points } : {}),
    ...(discount_rate_annual_basis_points ? { discount_percent: discount_rate_annual_basis_points } : {}),
  };
}
