import { Button, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useCan } from '@/access/me';
import { NotFoundView } from '@/app/Fallbacks';
import { CODE_MAX, NAME_MAX, suggestingCode } from '@/app/forms/codes';
import { Unsaved } from '@/app/forms/Unsaved';
import { useFocusFault } from '@/app/forms/useFocusFault';
import { useVersioned } from '@/app/forms/useVersioned';
import type { Search } from '@/app/search';
import { countQuery } from '@/segments/api';
import { useFmt } from '@/shared/fmt';
import { useLocale, useT } from '@/shared/i18n';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { OrderedFields } from '@/shared/ui/OrderedFields';
import { BackNav, PageHeader, Panel } from '@/shared/ui/Panel';
import { ForbiddenView, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { createLayer, layerQuery, templatesQuery, updateLayer } from '../api';
import type { Layer, LayerTemplate } from '../types';
import css from './editor.module.css';
import {
  DESCRIPTION_MAX,
  EMPTY,
  type FormStage,
  faultAt,
  faultsAfter,
  faultsOf,
  formOf,
  formOfTemplate,
  type LayerForm,
  STAGE,
  STAGES_COUNTED,
  STAGES_MAX,
  saidStages,
  settingsOf,
  stagesOf,
  whoOf,
} from './layerForm';
import { Parameters } from './Parameters';
import { StageFields } from './StageFields';
import { StageRule } from './StageRule';

const DEBOUNCE_MS = 400;

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
    taken: layer ? undefined : { code: e.taken },
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
  /** What stood here before the template was filled in anew. */
  const [before, setBefore] = useState<LayerForm | null>(null);
  const edited = useEditor(props);
  const { form, base, changed, isSaving, submit } = edited;
  const errors = form.errors as Record<string, string | undefined>;
  const faults = Object.values(errors).filter(Boolean).length;
  const fault = useFocusFault(form.errors);
  const stages = stagesOf(form.values);
  const counts = useStageCounts(form.values.base, stages);
  const submitted = (event: FormEvent) => {
    event.preventDefault();
    fault.ask();
    submit();
  };
  const change = (next: FormStage[]) => {
    form.set('stages', JSON.stringify(next));
    form.check(faultsAfter(stages, next, errors) as typeof form.errors);
  };
  return (
    <form ref={fault.ref} className={css.stack} onSubmit={submitted} noValidate data-testid="layer-editor">
      <Unsaved of={edited} />
      {template && (
        <Parameters
          template={template}
          onFilled={(filled) => {
            setTemplate(filled);
            setBefore(form.values);
            form.setValues({ ...formOfTemplate(filled), code: form.values.code });
          }}
          onUnfill={
            before &&
            (() => {
              form.setValues(before);
              setBefore(null);
            })
          }
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
              readOnly={base !== null}
              className={base ? css.fixed : undefined}
              {...form.field('code')}
            />
          </div>
          <Textarea
            label={e.description}
            maxLength={DESCRIPTION_MAX}
            rows={2}
            translate="no"
            {...form.field('description')}
          />
        </div>
      </Panel>
      <Base
        value={form.values.base}
        error={errors.base ?? errors['base.text'] ?? errors['base.rule']}
        onChange={(text) => form.set('base', text)}
      />
      <Panel title={e.stages} testId="stages">
        <p className={css.asOf}>{e.stagesHint}</p>
        <OrderedFields<FormStage>
          legend={e.stages}
          isTitled
          error={errors.stages}
          words={e.stage}
          items={stages}
          least={1}
          most={STAGES_MAX}
          add={e.addStage}
          made={STAGE}
          onChange={change}
        >
          {(stage, { place, number, tools, change: changeOne }) => (
            <StageFields
              stage={stage}
              number={number}
              prefix={form.values.code}
              tools={tools}
              count={counts[place] ?? null}
              change={changeOne}
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

/** How many would be in each stage as it is written, a moment after the last key. */
function useStageCounts(base: string, stages: FormStage[]): (number | null)[] {
  const isFew = stages.length <= STAGES_COUNTED;
  const typed = JSON.stringify(isFew ? stages.map((_, place) => whoOf(base, stages, place)) : []);
  const [asked] = useDebouncedValue(typed, DEBOUNCE_MS);
  const texts: (string | null)[] = JSON.parse(asked);
  const counted = useQueries({
    queries: texts.map((text) => ({ ...countQuery(text ?? ''), enabled: text !== null })),
  });
  return counted.map(({ data, isPlaceholderData, error }, place) =>
    asked !== typed || texts[place] === null || isPlaceholderData || error || !data ? null : data.count,
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
