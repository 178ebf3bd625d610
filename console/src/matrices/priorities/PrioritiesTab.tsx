import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import { NAME_MAX } from '@/app/forms/codes';
import { Unsaved } from '@/app/forms/Unsaved';
import { layersQuery } from '@/layers/api';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { OrderedFields } from '@/shared/ui/OrderedFields';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { prioritiesQuery, putPriorities } from '../api';
import css from '../matrices.module.css';
import type { Priorities } from '../types';
import { useEdited } from '../useEdited';
import {
  atOf,
  ENTRIES_MAX,
  ENTRY,
  type EntryForm,
  entriesOf,
  faultsOf,
  formOf,
  isThere,
  NONE,
  type PrioritiesForm,
  saidEntries,
  sentOf,
} from './priorityForm';

/** In which order plans are chosen where several stages have a customer. */
export function PrioritiesTab() {
  const p = useT().matrices.priorities;
  const can = useCan();
  const query = useQuery(prioritiesQuery);
  return (
    <Panel title={p.title} explain={<Explain name={p.title} definition={p.about} />} testId="priorities">
      <QueryView query={query} quiet loading={<LoadingBlock lines={4} height={48} />}>
        {(priorities) =>
          can('segments.manage') ? <Editor priorities={priorities} /> : <Shown priorities={priorities} />
        }
      </QueryView>
    </Panel>
  );
}

function Version({ priorities: { version, changed_by, changed_at } }: { priorities: Priorities }) {
  const p = useT().matrices.priorities;
  const fmt = useFmt();
  if (changed_by === null) return null;
  return (
    <p className={css.hint}>
      {p.version(fmt.count(version))} <When at={changed_at} relative /> <span translate="no">{changed_by}</span>
    </p>
  );
}

function Shown({ priorities }: { priorities: Priorities }) {
  const p = useT().matrices.priorities;
  const fmt = useFmt();
  if (priorities.entries.length === 0) return <p className="muted">{p.emptyText}</p>;
  return (
    <>
      <Version priorities={priorities} />
      <RowTable
        label={p.title}
        rows={priorities.entries}
        rowKey={({ layer, stage }) => atOf(layer, stage)}
        columns={[
          { key: 'place', header: p.place, render: (_, place) => fmt.count(place + 1) },
          {
            key: 'stage',
            header: p.stage,
            render: ({ layer, layer_name, stage, stage_name }) => (
              <>
                <span translate="no">{p.inLayer(layer_name ?? layer, stage_name ?? stage)}</span>{' '}
                {stage_name === null && <Chip tone="warning">{p.goneShort}</Chip>}
              </>
            ),
          },
          {
            key: 'plan',
            header: p.plan,
            render: ({ plan }) => (
              <span className={css.plan} translate="no">
                {plan}
              </span>
            ),
          },
        ]}
      />
    </>
  );
}

function Editor({ priorities }: { priorities: Priorities }) {
  const t = useT();
  const p = t.matrices.priorities;
  const queryClient = useQueryClient();
  const layers = useQuery(layersQuery(false)).data?.items;
  const edited = useEdited<Priorities, PrioritiesForm>({
    thing: priorities,
    empty: NONE,
    formOf,
    draft: 'plan-priorities',
    labelOf: () => p.title,
    say: (_, value) => saidEntries(value),
    faultsOf: (typed) => faultsOf(t, typed, layers),
    update: ({ version }, typed) => putPriorities(version, sentOf(typed)),
    latest: () => queryClient.fetchQuery({ ...prioritiesQuery, staleTime: 0 }),
    done: p.saved,
    onSaved: (saved) => queryClient.setQueryData(prioritiesQuery.queryKey, saved),
  });
  const { form, changed, isSaving, submit } = edited;
  const entries = entriesOf(form.values);
  const errors = form.errors as Record<string, string | undefined>;
  const errorOf = (place: number, field: 'at' | 'plan') =>
    errors[`entries.${place}.${field}`] ?? (field === 'at' ? errors[`entries.${place}.stage`] : undefined);
  const options = (at: string) => [
    { value: '', label: p.chooseStage },
    // What is not there any more is shown as it was, so that somebody sees what to replace.
    ...(at !== '' && !isThere(layers, at) ? [{ value: at, label: p.goneStage(at) }] : []),
    ...(layers ?? []).map(({ code, name, stages }) => ({
      group: name,
      items: stages.map((stage) => ({ value: atOf(code, stage.code), label: p.inLayer(name, stage.name) })),
    })),
  ];
  return (
    <form
      noValidate
      className={css.stack}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Unsaved of={edited} />
      <Version priorities={priorities} />
      {layers?.length === 0 && (
        <p className="muted">
          {p.noLayers} <Link to="/layers">{t.matrices.layers}</Link>
        </p>
      )}
      {entries.length === 0 && (
        <p className="muted" data-testid="state-no-priorities">
          {p.emptyText}
        </p>
      )}
      <OrderedFields<EntryForm>
        legend={p.title}
        isTitled
        error={errors.entries}
        words={p}
        items={entries}
        most={ENTRIES_MAX}
        add={p.add}
        made={ENTRY}
        onChange={(next) => form.set('entries', JSON.stringify(next))}
      >
        {(entry, { place, number, tools, change }) => (
          <>
            <div className={css.head}>
              <span className="muted">{p.number(number)}</span>
              {tools}
            </div>
            <div className={css.two}>
              <NativeSelect
                label={p.stage}
                translate="no"
                data={options(entry.at)}
                value={entry.at}
                error={errorOf(place, 'at')}
                onChange={(event) => change({ ...entry, at: event.currentTarget.value })}
              />
              <TextInput
                label={p.plan}
                maxLength={NAME_MAX}
                value={entry.plan}
                error={errorOf(place, 'plan')}
                onChange={(event) => change({ ...entry, plan: event.currentTarget.value })}
              />
            </div>
          </>
        )}
      </OrderedFields>
      <div className={css.foot}>
        {changed && <span className="muted">{t.matrices.unsaved}</span>}
        <Button type="submit" loading={isSaving} disabled={!changed}>
          {p.save}
        </Button>
      </div>
    </form>
  );
}
