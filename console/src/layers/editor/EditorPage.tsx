import { Button, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useCan } from '@/access/me';
import { DraftNotice } from '@/app/drafts/DraftNotice';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { NotFoundView } from '@/app/Fallbacks';
import { CODE_MAX, NAME_MAX, suggestingCode } from '@/app/forms/codes';
import { useVersioned } from '@/app/forms/useVersioned';
import type { Search } from '@/app/search';
import { RuleText } from '@/segments/RuleText';
import { useFmt } from '@/shared/fmt';
import { useLocale, useT } from '@/shared/i18n';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { notify } from '@/shared/ui/notify';
import { OrderedFields } from '@/shared/ui/OrderedFields';
import { BackNav, PageHeader, Panel } from '@/shared/ui/Panel';
import { errorText, ForbiddenView, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { TheirChanges } from '@/shared/ui/TheirChanges';
import { createLayer, fillTemplate, layerQuery, templatesQuery, updateLayer } from '../api';
import css from '../layers.module.css';
import type { Layer, LayerTemplate, StageSettings } from '../types';
import {
  DESCRIPTION_MAX,
  EMPTY,
  faultAt,
  faultsOf,
  formOf,
  formOfTemplate,
  type LayerForm,
  STAGE,
  STAGES_MAX,
  saidStages,
  settingsOf,
  stagesOf,
} from './layerForm';
import { StageRule } from './StageRule';

/** Makes a layer, from a template or from nothing, or another version of one. */
export function EditorPage() {
  const t = useT();
  const e = t.layers.editor;
  const can = useCan();
  const { locale } = useLocale();
  const { code } = useParams({ strict: false }) as { code?: string };
  const { template } = useSearch({ strict: false }) as Search;
  const mayChange = can('segments.manage');
  const layer = useQuery({ ...layerQuery(code ?? ''), enabled: code !== undefined && mayChange });
  const templates = useQuery({ ...templatesQuery(locale), enabled: template !== undefined && mayChange });
  useDocumentTitle(`${code === undefined ? e.newTitle : e.editTitle} · ${t.layers.title}`);
  if (!mayChange)
    return (
      <Frame code={code}>
        <ForbiddenView right="segments.manage" />
      </Frame>
    );
  if (code !== undefined)
    return (
      <QueryView
        query={layer}
        quiet
        loading={<LoadingBlock lines={3} height={100} />}
        onError={(error) => (error.status === 404 ? <NotFoundView /> : null)}
      >
        {(found) => (
          <Frame code={code} name={found.name}>
            <Editor key={code} layer={found} template={null} />
          </Frame>
        )}
      </QueryView>
    );
  return (
    <Frame>
      {template === undefined ? (
        <Editor layer={null} template={null} />
      ) : (
        <QueryView query={templates} quiet loading={<LoadingBlock lines={3} height={100} />}>
          {({ items }) => (
            <Editor key={template} layer={null} template={items.find((one) => one.code === template) ?? null} />
          )}
        </QueryView>
      )}
    </Frame>
  );
}

function Frame({ code, name, children }: { code?: string; name?: string; children: ReactNode }) {
  const l = useT().layers;
  return (
    <>
      <BackNav label={l.title}>
        {code === undefined ? (
          <Link to="/layers">← {l.title}</Link>
        ) : (
          <Link to="/layers/$code" params={{ code }}>
            ← <span translate="no">{name ?? code}</span>
          </Link>
        )}
      </BackNav>
      <PageHeader
        title={code === undefined ? l.editor.newTitle : l.editor.editTitle}
        meta={name && <span translate="no">{name}</span>}
      />
      {children}
    </>
  );
}

interface Props {
  layer: Layer | null;
  template: LayerTemplate | null;
}

function useEditor({ layer, template }: Props) {
  const t = useT();
  const e = t.layers.editor;
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useVersioned<Layer, LayerForm>({
    thing: layer,
    empty: template ? formOfTemplate(template) : EMPTY,
    formOf,
    draft: layer ? `layer.${layer.code}` : template ? `layer-of.${template.code}` : 'layer-new',
    labelOf: (field) => e[field],
    say: (field, value) => (field === 'stages' ? saidStages(value) : value),
    faultsOf: (form) => faultsOf(t, form),
    create: (form, key) => createLayer(form.code, settingsOf(form), key),
    update: ({ code, version }, form) => updateLayer(code, version, settingsOf(form)),
    latest: ({ code }) => queryClient.fetchQuery({ ...layerQuery(code), staleTime: 0 }),
    done: layer ? e.saved : e.created,
    onSaved: (saved) => {
      queryClient.invalidateQueries({ queryKey: ['layers'] });
      queryClient.invalidateQueries({ queryKey: ['segments'] });
      queryClient.invalidateQueries({ queryKey: ['rules'] });
      queryClient.setQueryData(layerQuery(saved.code).queryKey, saved);
      navigate({ to: '/layers/$code', params: { code: saved.code }, ignoreBlocker: true });
    },
    onClose: () => {},
  });
}

function Editor(props: Props) {
  const t = useT();
  const fmt = useFmt();
  const e = t.layers.editor;
  const [template, setTemplate] = useState(props.template);
  const { form, base, changed, theirs, restoredAt, drop, restart, isSaving, submit } = useEditor(props);
  const errors = form.errors as Record<string, string | undefined>;
  const faults = Object.values(errors).filter(Boolean).length;
  const submitted = (event: FormEvent) => {
    event.preventDefault();
    submit();
  };
  return (
    <form className={css.stack} onSubmit={submitted} noValidate data-testid="layer-editor">
      <LeaveGuard when={changed} onDiscard={drop} />
      {restoredAt && theirs.length === 0 && <DraftNotice at={restoredAt} onDiscard={restart} />}
      <TheirChanges title={t.common.theirs.title} text={t.common.theirs.text} lines={theirs} />
      {template && (
        <Parameters
          template={template}
          onFilled={(filled) => {
            setTemplate(filled);
            form.setValues({ ...formOfTemplate(filled), code: form.values.code });
          }}
        />
      )}
      <Panel title={e.about}>
        <div className={css.stack}>
          <div className={css.two}>
            <TextInput
              label={e.name}
              maxLength={NAME_MAX}
              {...(base || template ? form.field('name') : suggestingCode(form, 'name', 'code'))}
            />
            <TextInput
              label={e.code}
              description={base ? e.codeStays : e.codeHint}
              maxLength={CODE_MAX}
              disabled={base !== null}
              {...form.field('code')}
            />
          </div>
          <Textarea label={e.description} maxLength={DESCRIPTION_MAX} rows={2} {...form.field('description')} />
        </div>
      </Panel>
      <Base
        value={form.values.base}
        error={errors.base ?? errors['base.text'] ?? errors['base.rule']}
        onChange={(text) => form.set('base', text)}
      />
      <Panel title={e.stages} testId="stages">
        <p className={css.asOf}>{e.stagesHint}</p>
        <OrderedFields<StageSettings>
          legend={e.stages}
          isTitled
          error={errors.stages}
          words={e.stage}
          items={stagesOf(form.values)}
          least={1}
          most={STAGES_MAX}
          add={e.addStage}
          made={STAGE}
          onChange={(stages) => form.set('stages', JSON.stringify(stages))}
        >
          {(stage, { place, number, tools, change }) => (
            <Stage
              stage={stage}
              number={number}
              tools={tools}
              change={change}
              errorOf={(field) =>
                errors[faultAt(place, field)] ?? (field === 'text' ? errors[`stages.${place}.rule`] : undefined)
              }
            />
          )}
        </OrderedFields>
      </Panel>
      <div className={css.foot}>
        {faults > 0 && (
          <p role="alert" className={css.faults}>
            {e.faults(fmt.count(faults))}
          </p>
        )}
        <Button
          variant="default"
          renderRoot={(button) =>
            base ? (
              <Link {...button} to="/layers/$code" params={{ code: base.code }} />
            ) : (
              <Link {...button} to="/layers" />
            )
          }
        >
          {t.common.cancel}
        </Button>
        <Button type="submit" loading={isSaving} disabled={base !== null && !changed}>
          {base ? e.save : e.create}
        </Button>
      </div>
    </form>
  );
}

/** What a template is filled in with: other values give other stages. */
function Parameters({ template, onFilled }: { template: LayerTemplate; onFilled: (filled: LayerTemplate) => void }) {
  const t = useT();
  const e = t.layers.editor;
  const { locale } = useLocale();
  const [values, setValues] = useState<Record<string, string>>(() =>
    Object.fromEntries(template.parameters.map((one) => [one.code, one.values.join(', ')])),
  );
  const fill = useMutation({
    mutationFn: () =>
      fillTemplate(
        template.code,
        locale,
        Object.fromEntries(
          Object.entries(values).map(([code, text]) => [
            code,
            text
              .split(/[,，]/)
              .map((one) => one.trim())
              .filter(Boolean),
          ]),
        ),
      ),
    onSuccess: (filled) => {
      notify(e.filled);
      onFilled(filled);
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  return (
    <>
      {template.lacks.length > 0 && (
        <Notice tone="warning">
          {e.lacks}
          <ul className={css.lacks}>
            {template.lacks.map(({ stage, message }) => (
              <li key={`${stage} ${message}`}>
                {stage && <span className="mono">{stage} </span>}
                <span lang="en">{message}</span>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {template.parameters.length > 0 && (
        <Panel title={e.parameters} testId="parameters">
          <div className={css.stack}>
            <div className={css.two}>
              {template.parameters.map(({ code, name, kind }) => (
                <TextInput
                  key={code}
                  label={<span translate="no">{name}</span>}
                  description={kind === 'texts' || kind === 'numbers' ? e.several : undefined}
                  inputMode={kind === 'number' || kind === 'money' ? 'decimal' : undefined}
                  value={values[code] ?? ''}
                  onChange={({ currentTarget: { value } }) => setValues((before) => ({ ...before, [code]: value }))}
                />
              ))}
            </div>
            <div>
              <Button variant="default" onClick={() => fill.mutate()} loading={fill.isPending}>
                {e.fill}
              </Button>
            </div>
          </div>
        </Panel>
      )}
    </>
  );
}

function Base({ value, error, onChange }: { value: string; error?: string; onChange: (text: string) => void }) {
  const e = useT().layers.editor;
  const [opened, setOpened] = useState(value !== '');
  return (
    <Panel title={e.base} testId="base">
      <p className={css.asOf}>{e.baseHint}</p>
      {opened ? (
        <StageRule value={value} error={error} onChange={onChange} />
      ) : (
        <Button variant="default" size="xs" onClick={() => setOpened(true)}>
          {e.narrowBase}
        </Button>
      )}
    </Panel>
  );
}

interface StageProps {
  stage: StageSettings;
  number: string;
  tools: ReactNode;
  change: (next: StageSettings) => void;
  errorOf: (field: keyof StageSettings) => string | undefined;
}

/** A stage shows its rule, and opens it to be changed: of many stages few are at work on. */
function Stage({ stage, number, tools, change, errorOf }: StageProps) {
  const e = useT().layers.editor;
  const [opened, setOpened] = useState(stage.text === '');
  const error = errorOf('text');
  return (
    // biome-ignore lint/a11y/useSemanticElements: one of several in a set of fields
    <div role="group" aria-label={e.stage.of(number)} data-testid="stage">
      <div className={css.stageHead}>
        <TextInput
          label={e.stageName}
          maxLength={NAME_MAX}
          value={stage.name}
          error={errorOf('name')}
          onChange={(event) => change({ ...stage, name: event.currentTarget.value })}
        />
        <TextInput
          label={e.stageCode}
          maxLength={CODE_MAX}
          value={stage.code}
          error={errorOf('code')}
          onChange={(event) => change({ ...stage, code: event.currentTarget.value })}
        />
        {tools}
      </div>
      <div className={css.stageRule}>
        {opened ? (
          <StageRule value={stage.text} error={error} onChange={(text) => change({ ...stage, text })} />
        ) : (
          <>
            <RuleText text={stage.text} />
            {error && (
              <p role="alert" className={css.wrong}>
                {error}
              </p>
            )}
            <Button
              variant="default"
              size="xs"
              mt={8}
              aria-label={e.changeRuleOf(number)}
              onClick={() => setOpened(true)}
            >
              {e.changeRule}
            </Button>
          </>
        )}
      </div>
    </div>
  );
}
