import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCan } from '@/access/me';
import { NotFoundView } from '@/app/Fallbacks';
import { Unsaved } from '@/app/forms/Unsaved';
import { useFocusFault } from '@/app/forms/useFocusFault';
import { useVersioned } from '@/app/forms/useVersioned';
import { useStoreNames } from '@/clerks/StoreName';
import { StoreSelect } from '@/clerks/StoreSelect';
import { CodeSelect, useCodes } from '@/codes/CodeSelect';
import { purposesQuery } from '@/consent/api';
import { fieldsQuery } from '@/fields/registry/api';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { BackNav, PageHeader, Panel } from '@/shared/ui/Panel';
import { ForbiddenView, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import type { Fields } from '@/shared/ui/useFields';
import { useTree } from '@/stores/useTree';
import { useTouchPoints } from '@/touchPoints/useTouchPoints';
import { createForm, formQuery, updateForm } from '../api';
import { FormPreview } from '../FormPreview';
import type { Form } from '../types';
import { ConsentsField } from './ConsentsField';
import css from './editor.module.css';
import {
  consentsOf,
  EMPTY,
  type FormForm,
  faultsOf,
  fieldsOf,
  formOf,
  NAME_MAX,
  openFields,
  settingsOf,
  TEXT_MAX,
} from './formForm';
import { QuestionsField } from './QuestionsField';

const FIELD_PX = 60;

/** Makes a form, or another version of one. */
export function EditorPage() {
  const t = useT();
  const f = t.formEditor;
  const { page: p, title } = t.forms;
  const can = useCan();
  const { id } = useParams({ strict: false }) as { id?: string };
  const query = useQuery({ ...formQuery(id ?? ''), enabled: id !== undefined });
  const name = query.data?.settings.name;
  useDocumentTitle(`${id === undefined ? f.newTitle : name ? f.editTitle(name) : p.edit} · ${title}`);
  if (!can('touch_points.manage'))
    return (
      <Frame id={id} title={id === undefined ? f.newTitle : p.edit}>
        <ForbiddenView right="touch_points.manage" />
      </Frame>
    );
  if (id === undefined)
    return (
      <Frame title={f.newTitle}>
        <Editor form={null} />
      </Frame>
    );
  return (
    <QueryView
      query={query}
      quiet
      loading={<LoadingBlock lines={3} height={100} />}
      onError={(error) => (error.status === 404 ? <NotFoundView /> : null)}
    >
      {(form) => (
        <Frame id={id} title={p.edit} name={form.settings.name}>
          <Editor key={id} form={form} />
        </Frame>
      )}
    </QueryView>
  );
}

interface FrameProps {
  id?: string;
  title: string;
  name?: string;
  children: ReactNode;
}

function Frame({ id, title, name, children }: FrameProps) {
  const f = useT().forms;
  return (
    <>
      <BackNav label={f.title}>
        {id === undefined ? (
          <Link to="/codes/forms">← {f.title}</Link>
        ) : (
          <Link to="/codes/forms/$id" params={{ id }}>
            ← <span translate="no">{name ?? f.title}</span>
          </Link>
        )}
      </BackNav>
      <PageHeader title={title} meta={name && <span translate="no">{name}</span>} />
      {children}
    </>
  );
}

function useEditor(form: Form | null) {
  const t = useT();
  const fmt = useFmt();
  const f = t.formEditor;
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { nameOf } = useTouchPoints();
  const storeOf = useStoreNames();
  const codes = useCodes().data?.items;
  const codeOf = (id: string) => codes?.find(({ code }) => code.id === id)?.code.name ?? id;
  const say = (field: keyof FormForm, value: string) => {
    if (field === 'fields')
      return fmt.list(fieldsOf({ fields: value }).map(({ zh, en }) => (fmt.locale === 'en' ? en : zh)));
    if (field === 'consents') return fmt.list(consentsOf({ consents: value }).map(({ purpose }) => purpose));
    if (value === '') return t.forms.spots.none;
    const names = { touch_point: nameOf, place: storeOf, code: codeOf } as Partial<
      Record<keyof FormForm, (id: string) => string>
    >;
    return names[field]?.(value) ?? value;
  };
  return useVersioned<Form, FormForm>({
    thing: form,
    empty: EMPTY,
    formOf: (one) => formOf(one, fmt.timeZone),
    draft: form ? `form.${form.id}` : 'form',
    labelOf: (field) => f[field],
    say,
    faultsOf: (typed) => faultsOf(t, typed),
    create: (typed, key) => createForm(settingsOf(typed, fmt.timeZone, null), key),
    update: (base, typed) => updateForm(base.id, base.version, settingsOf(typed, fmt.timeZone, base)),
    latest: ({ id }) => queryClient.fetchQuery({ ...formQuery(id), staleTime: 0 }),
    done: form ? f.saved : f.created,
    onSaved: (saved) => {
      queryClient.setQueryData(formQuery(saved.id).queryKey, saved);
      queryClient.invalidateQueries({ queryKey: ['forms'] });
      navigate({ to: '/codes/forms/$id', params: { id: saved.id }, ignoreBlocker: true });
    },
    onClose: () => {},
  });
}

function Editor({ form: before }: { form: Form | null }) {
  const t = useT();
  const fmt = useFmt();
  const f = t.formEditor;
  const edited = useEditor(before);
  const { form, base, changed, isSaving, submit } = edited;
  const { ref, ask } = useFocusFault(form.errors);
  const fields = openFields(useQuery(fieldsQuery).data?.items);
  const purposes = useQuery(purposesQuery).data?.items ?? [];
  const faults = Object.values(form.errors).filter(Boolean).length;
  return (
    <div className={css.columns}>
      <form
        ref={ref}
        className={css.stack}
        onSubmit={(event) => {
          event.preventDefault();
          ask();
          submit();
        }}
        noValidate
        data-testid="form-editor"
      >
        <Unsaved of={edited} />
        <Panel title={f.about}>
          <Words form={form} />
        </Panel>
        <Panel title={f.fields}>
          <QuestionsField form={form} registry={fields} />
        </Panel>
        <Panel title={f.consents}>
          <ConsentsField form={form} purposes={purposes} />
        </Panel>
        <Panel title={f.where}>
          <Where form={form} />
        </Panel>
        {base && <p className="muted">{f.newVersion}</p>}
        <div className={css.foot}>
          {faults > 0 && (
            <p role="alert" className={css.faults}>
              {f.faults(fmt.count(faults))}
            </p>
          )}
          {base ? (
            <Button
              variant="default"
              renderRoot={(props) => <Link {...props} to="/codes/forms/$id" params={{ id: base.id }} />}
            >
              {t.common.cancel}
            </Button>
          ) : (
            <Button component={Link} to="/codes/forms" variant="default">
              {t.common.cancel}
            </Button>
          )}
          <Button type="submit" loading={isSaving} disabled={base !== null && !changed}>
            {base ? f.save : f.createAction}
          </Button>
        </div>
      </form>
      <div className={css.preview}>
        <FormPreview settings={settingsOf(form.values, fmt.timeZone, base)} purposes={purposes} />
      </div>
    </div>
  );
}

function Words({ form }: { form: Fields<FormForm> }) {
  const f = useT().formEditor;
  const title = (form.errors as Record<string, string | undefined>).title;
  const long = (name: 'intro_zh' | 'intro_en' | 'thanks_zh' | 'thanks_en', hint?: string) => (
    <Textarea
      label={f[name]}
      description={hint}
      translate="no"
      lang={name.endsWith('zh') ? 'zh-CN' : 'en'}
      maxLength={TEXT_MAX}
      rows={2}
      {...form.field(name)}
    />
  );
  return (
    <div className={css.stack}>
      <TextInput label={f.name} description={f.nameHint} maxLength={NAME_MAX} {...form.field('name')} />
      <div className={css.two}>
        <TextInput
          label={f.title_zh}
          lang="zh-CN"
          maxLength={NAME_MAX}
          {...form.field('title_zh')}
          error={form.errors.title_zh ?? title}
        />
        <TextInput label={f.title_en} lang="en" maxLength={NAME_MAX} {...form.field('title_en')} />
        {long('intro_zh', f.introHint)}
        {long('intro_en')}
        {long('thanks_zh', f.thanksHint)}
        {long('thanks_en')}
      </div>
    </div>
  );
}

function Where({ form }: { form: Fields<FormForm> }) {
  const t = useT();
  const fmt = useFmt();
  const f = t.formEditor;
  const { codes, stores, noStore } = t.forms;
  const { choices, nameOf, isOpen } = useTouchPoints();
  const tree = useTree();
  const { values, errors, set } = form;
  const at = values.touch_point;
  // One that was archived meanwhile stays to be seen; the server says that it cannot stay.
  const lost = at !== '' && !isOpen(at) ? [{ value: at, label: nameOf(at) }] : [];
  return (
    <div className={css.two}>
      <NativeSelect
        label={f.touch_point}
        description={f.touchPointHint}
        translate="no"
        data={[{ value: '', label: f.chooseTouchPoint }, ...lost, ...choices]}
        {...form.field('touch_point')}
      />
      <TextInput label={f.campaign} description={f.campaignHint} {...form.field('campaign')} />
      {tree ? (
        <StoreSelect
          label={f.place}
          description={f.placeHint}
          tree={tree}
          words={stores}
          none={noStore}
          value={values.place || null}
          error={errors.place}
          onChange={(store) => set('place', store ?? '')}
        />
      ) : (
        <LoadingBlock height={FIELD_PX} />
      )}
      <CodeSelect
        label={f.code}
        description={f.codeHint}
        words={codes}
        none={codes.none}
        value={values.code || null}
        error={errors.code}
        onChange={(code) => set('code', code ?? '')}
      />
      <TextInput
        type="datetime-local"
        label={f.ends_at}
        description={f.endsHint(fmt.timeZone)}
        {...form.field('ends_at')}
      />
      {(['clerk_script_zh', 'clerk_script_en'] as const).map((name) => (
        <Textarea
          key={name}
          label={f[name]}
          description={name === 'clerk_script_zh' ? f.clerkScriptHint : undefined}
          translate="no"
          lang={name.endsWith('zh') ? 'zh-CN' : 'en'}
          maxLength={TEXT_MAX}
          rows={2}
          {...form.field(name)}
        />
      ))}
    </div>
  );
}
