import { Button } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { NotFoundView } from '@/app/Fallbacks';
import { SpanField } from '@/app/forms/SpanField';
import { BaseField, useTypedBase } from '@/codes/BaseField';
import { linkOf } from '@/codes/base';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { CopyField } from '@/shared/ui/CopyField';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { notify } from '@/shared/ui/notify';
import { BackNav, PageHeader, Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { errorText, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { useTouchPoints } from '@/touchPoints/useTouchPoints';
import { formQuery, setFormClosed } from './api';
import css from './forms.module.css';
import { stateOf } from './list';
import { StateChip } from './parts';
import { Results } from './Results';
import type { Form } from './types';

/** Beside the figures and below them: each comes when these are there. */
const AboutPanel = lazy(() => import('./AboutPanel').then((one) => ({ default: one.AboutPanel })));
const SubmissionsPanel = lazy(() => import('./SubmissionsPanel').then((one) => ({ default: one.SubmissionsPanel })));
const CountersPanel = lazy(() => import('./CountersPanel').then((one) => ({ default: one.CountersPanel })));

/** One form: where people fill it in, what it says, and what came of it. */
export function FormPage() {
  const t = useT();
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(formQuery(id));
  useDocumentTitle(query.data ? `${query.data.settings.name} · ${t.forms.title}` : t.forms.title);
  return (
    <QueryView
      query={query}
      quiet
      loading={<LoadingBlock lines={3} height={100} />}
      onError={(error) => (error.status === 404 ? <NotFoundView /> : null)}
    >
      {(form) => <View key={id} form={form} />}
    </QueryView>
  );
}

function View({ form }: { form: Form }) {
  const t = useT();
  const fmt = useFmt();
  const { page: p, figures, ...f } = t.forms;
  const can = useCan();
  const { nameOf, isOpen } = useTouchPoints();
  const typed = useTypedBase();
  const { settings } = form;
  const state = stateOf(form, Date.now());
  return (
    <div data-testid="form" data-state={state}>
      <BackNav label={f.title}>
        <Link to="/codes/forms">← {f.title}</Link>
      </BackNav>
      <PageHeader
        title={<span translate="no">{settings.name}</span>}
        meta={
          <>
            <StateChip state={state} />
            <span translate="no">{nameOf(settings.touch_point)}</span>
            <span>{p.version(fmt.count(form.version))}</span>
            <span>{p.created(fmt.day(form.created_at))}</span>
          </>
        }
        actions={can('touch_points.manage') && <Actions form={form} />}
      />
      <div className={registry.stack}>
        {state !== 'open' && (
          <div className={css.notice}>
            <Notice tone="warning">{p[state]}</Notice>
          </div>
        )}
        {state !== 'closed' && !isOpen(settings.touch_point) && (
          <div className={css.notice}>
            <Notice tone="warning">{p.touchPoint}</Notice>
          </div>
        )}
        <div className={css.bar}>
          <SpanField label={figures.period} timeZone={fmt.timeZone} usual="all" />
        </div>
        <Results
          form={form}
          beside={
            <>
              <Panel title={p.address} testId="form-address">
                <Address form={form} typed={typed} />
              </Panel>
              <Suspense fallback={<LoadingBlock lines={6} height={40} />}>
                <AboutPanel form={form} />
              </Suspense>
            </>
          }
        >
          <Suspense fallback={<LoadingBlock lines={6} height={40} />}>
            <CountersPanel form={form} base={typed.base} />
            <SubmissionsPanel form={form} />
          </Suspense>
        </Results>
      </div>
    </div>
  );
}

function Address({ form, typed }: { form: Form; typed: ReturnType<typeof useTypedBase> }) {
  const p = useT().forms.page;
  const can = useCan();
  const { name, touch_point } = form.settings;
  const link = linkOf(typed.base, form.path);
  return (
    <div className={registry.stack}>
      <CopyField label={p.link} description={p.linkHint} value={link} testId="form-link" />
      <div className={css.links}>
        <Button
          component="a"
          href={link}
          target="_blank"
          rel="noreferrer"
          variant="default"
          leftSection={<IconExternalLink size={16} />}
          aria-label={p.openOf(name)}
        >
          {p.open}
        </Button>
      </div>
      <BaseField of={typed} words={p} hint={p.baseHint} />
      {can('touch_points.manage') && (
        <div>
          <p className={css.hint}>{p.makeCodeHint}</p>
          <Link to="/codes/new" search={{ name, touch_point, target: link }} className={css.line}>
            {p.makeCode} →
          </Link>
        </div>
      )}
    </div>
  );
}

function Actions({ form }: { form: Form }) {
  const t = useT();
  const f = t.forms;
  const queryClient = useQueryClient();
  const [asks, setAsks] = useState(false);
  const set = useMutation({
    mutationFn: (isClosed: boolean) => setFormClosed(form.id, isClosed),
    onSuccess: (changed, isClosed) => {
      queryClient.setQueryData(formQuery(form.id).queryKey, changed);
      queryClient.invalidateQueries({ queryKey: ['forms'] });
      notify(isClosed ? f.close.done : f.open.done);
      setAsks(false);
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  return (
    <>
      <Button
        renderRoot={(props) => <Link {...props} to="/codes/forms/$id/edit" params={{ id: form.id }} />}
        variant="default"
        aria-label={f.page.edit}
      >
        {f.page.editAction}
      </Button>
      {form.archived_at === null ? (
        <Button variant="default" onClick={() => setAsks(true)} aria-label={f.close.title}>
          {f.close.action}
        </Button>
      ) : (
        <Button onClick={() => set.mutate(false)} loading={set.isPending} aria-label={f.open.title}>
          {f.open.action}
        </Button>
      )}
      {asks && (
        <ConfirmDialog
          danger
          title={f.close.title}
          text={f.close.text(form.settings.name)}
          action={f.close.title}
          working={set.isPending}
          onConfirm={() => set.mutate(true)}
          onClose={() => setAsks(false)}
        />
      )}
    </>
  );
}
