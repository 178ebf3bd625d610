import { Button, NativeSelect, SegmentedControl } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFilterOff, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import { STAGES } from '@/journey/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import css from '@/shared/ui/registry.module.css';
import { SearchField } from '@/shared/ui/SearchField';
import { errorText, LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { putStages, type StageRule, type StageTable, stagesQuery } from './api';
import { matching, withoutRule } from './rules';

/** For one in many visits. */
const RuleDialog = lazy(() => import('./RuleDialog').then((module) => ({ default: module.RuleDialog })));

/** Which facts are of which stage of a journey: the default table with the brand's own rules in their place. */
export function StagesSection() {
  const t = useT();
  const s = t.stages;
  const can = useCan();
  const query = useQuery(stagesQuery);
  const [creating, create] = useDisclosure(false);
  const [changed, setChanged] = useState<StageRule | null>(null);
  return (
    <Panel
      flush
      title={s.title}
      explain={<Explain name={s.title} definition={s.about} />}
      testId="stages"
      actions={
        can('settings.write') && (
          <Button size="xs" leftSection={<IconPlus size={14} />} onClick={create.open} disabled={!query.data}>
            {s.create}
          </Button>
        )
      }
    >
      <QueryView
        query={query}
        quiet
        loading={
          <div className={css.pad}>
            <LoadingBlock lines={8} height={36} />
          </div>
        }
      >
        {(table) => <List table={table} onChange={setChanged} />}
      </QueryView>
      <Suspense fallback={null}>
        {creating && query.data && <RuleDialog table={query.data} rule={null} onClose={create.close} />}
        {changed && query.data && <RuleDialog table={query.data} rule={changed} onClose={() => setChanged(null)} />}
      </Suspense>
    </Panel>
  );
}

interface ListProps {
  table: StageTable;
  onChange: (rule: StageRule) => void;
}

function List({ table, onChange }: ListProps) {
  const t = useT();
  const s = t.stages;
  const fmt = useFmt();
  const can = useCan();
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const columns = useColumns(table, onChange);
  const rows = matching(table.rules, search);
  const go = (next: Search) => navigate({ to: '.', search: { ...search, ...next }, replace: true, resetScroll: false });
  return (
    <>
      <p className={css.note}>
        {s.ownCount(fmt.count(table.rules.filter(({ is_own }) => is_own).length))}
        {!can('settings.write') && ` ${s.askManager(t.common.rights['settings.write'])}`}
      </p>
      <div className={css.tools}>
        <SearchField
          label={s.search}
          placeholder={s.searchHint}
          value={search.search ?? ''}
          onChange={(text) => go({ search: text })}
        />
        <NativeSelect
          aria-label={s.column.stage}
          value={search.stage ?? ''}
          onChange={(event) => go({ stage: event.currentTarget.value })}
          data={[
            { value: '', label: s.allStages },
            ...STAGES.map((value) => ({ value, label: t.journey.stages[value] })),
          ]}
        />
        <SegmentedControl
          aria-label={s.shown}
          value={search.state === 'own' ? 'own' : 'all'}
          onChange={(next) => go({ state: next === 'own' ? next : '' })}
          data={[
            { value: 'all', label: s.all },
            { value: 'own', label: s.own },
          ]}
        />
      </div>
      {rows.length > 0 ? (
        <DataTable label={s.title} columns={columns} rows={rows} rowKey={({ kind, name }) => `${kind} ${name}`} />
      ) : search.search || search.stage ? (
        <StateView
          testId="state-no-match"
          icon={<IconFilterOff size={28} stroke={1.5} />}
          title={s.noMatchTitle}
          text={s.noMatchText}
        >
          <Button onClick={() => go({ search: '', stage: '', state: '' })}>{s.clear}</Button>
        </StateView>
      ) : (
        <p className={css.note}>{s.noOwn}</p>
      )}
    </>
  );
}

function useColumns(table: StageTable, onChange: (rule: StageRule) => void): Column<StageRule>[] {
  const t = useT();
  const { column: c, ...s } = t.stages;
  const can = useCan();
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: (rule: StageRule) => putStages(table.version, withoutRule(table, rule)),
    onSuccess: (saved) => {
      queryClient.setQueryData(stagesQuery.queryKey, saved);
      notify(s.removed);
    },
    onError: (error) => {
      notify(errorText(t, error), 'danger');
      queryClient.invalidateQueries({ queryKey: stagesQuery.queryKey });
    },
  });
  const nameOf = ({ kind, name }: StageRule) => `${lookup(t.common.kinds, kind)} ${name}`.trim();
  const columns: Column<StageRule>[] = [
    {
      key: 'name',
      header: c.name,
      always: true,
      render: ({ name }) =>
        name === '' ? (
          <span className="muted">{s.allOfKind}</span>
        ) : (
          <span className={css.name} translate="no">
            {name}
          </span>
        ),
    },
    { key: 'kind', header: c.kind, render: ({ kind }) => lookup(t.common.kinds, kind) },
    { key: 'stage', header: c.stage, render: ({ stage }) => lookup(t.journey.stages, stage) },
    {
      key: 'made',
      header: c.made,
      render: ({ is_own }) => <Chip tone={is_own ? 'primary' : 'neutral'}>{is_own ? s.own : s.preset}</Chip>,
    },
  ];
  if (!can('settings.write')) return columns;
  const tools: Column<StageRule> = {
    key: 'tools',
    header: c.tools,
    render: (rule) => (
      <span className={css.rowTools}>
        <Button
          size="compact-sm"
          variant="default"
          aria-label={s.change.of(nameOf(rule))}
          onClick={() => onChange(rule)}
        >
          {s.change.action}
        </Button>
        {rule.is_own && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={s.remove.of(nameOf(rule))}
            loading={remove.isPending && remove.variables === rule}
            onClick={() => remove.mutate(rule)}
          >
            {s.remove.action}
          </Button>
        )}
      </span>
    ),
  };
  return [...columns, tools];
}
