import { Button } from '@mantine/core';
import { IconGift } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { useBrand } from '@/customers/useBrand';
import { useFmt } from '@/shared/fmt';
import { lookup, useT, withWords } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import { errorText, LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { endRule, rulesQuery } from '../api';
import css from '../clerks.module.css';
import type { Rule } from '../types';
import { goesOn, inOrder } from './ruleForm';
import { useRuleText } from './ruleText';

/** For one in many visits. */
const RuleDialog = lazy(() =>
  withWords(['settings'], import('./RuleDialog')).then((module) => ({ default: module.RuleDialog })),
);

/** By which rules clerks earn, also those that were ended: a rule does not change. */
export function RulesTab() {
  const t = useT();
  const r = t.clerks.rules;
  const can = useCan();
  const query = useQuery(rulesQuery);
  const [creating, setCreating] = useState(false);
  const [ending, setEnding] = useState<Rule | null>(null);
  const manages = can('stores.manage');
  const create = manages && (
    <Button size="xs" leftSection={<IconGift size={14} />} onClick={() => setCreating(true)}>
      {r.create}
    </Button>
  );
  return (
    <Panel
      flush
      title={r.title}
      explain={<Explain name={r.title} definition={r.about} />}
      actions={query.data && query.data.items.length > 0 && create}
      testId="rules"
    >
      <QueryView
        query={query}
        loading={
          <div className={css.pad}>
            <LoadingBlock lines={4} height={40} />
          </div>
        }
      >
        {({ items }) =>
          items.length === 0 ? (
            <FirstUse create={create} />
          ) : (
            <Table rules={inOrder(items)} onEnd={manages ? setEnding : undefined} />
          )
        }
      </QueryView>
      <Suspense fallback={null}>
        {creating && query.data && <RuleDialog rules={query.data.items} onClose={() => setCreating(false)} />}
      </Suspense>
      {ending && <EndDialog rule={ending} onClose={() => setEnding(null)} />}
    </Panel>
  );
}

function FirstUse({ create }: { create: ReactNode }) {
  const t = useT();
  const r = t.clerks.rules;
  return (
    <StateView
      testId="state-first-use"
      icon={<IconGift size={28} stroke={1.5} />}
      title={r.emptyTitle}
      text={create ? r.emptyText : `${r.emptyText} ${r.askManager(t.common.rights['stores.manage'])}`}
    >
      {create}
    </StateView>
  );
}

interface TableProps {
  rules: Rule[];
  /** Absent for those who may only read. */
  onEnd?: (rule: Rule) => void;
}

function Table({ rules, onEnd }: TableProps) {
  const t = useT();
  const fmt = useFmt();
  const r = t.clerks.rules;
  const brand = useBrand();
  const textOf = useRuleText();
  const columns: Column<Rule>[] = [
    { key: 'kind', header: r.kind, always: true, render: ({ kind }) => lookup(t.clerks.kinds, kind) },
    {
      key: 'amount',
      header: r.amount,
      numeric: true,
      render: ({ amount_minor }) => fmt.money({ minor: amount_minor, ...brand }),
    },
    {
      key: 'state',
      header: r.state,
      render: (rule) => <Chip tone={goesOn(rule) ? 'success' : 'neutral'}>{goesOn(rule) ? r.goesOn : r.ended}</Chip>,
    },
    { key: 'text', header: r.condition, render: (rule) => <span className={css.sentence}>{textOf(rule)}</span> },
    { key: 'from', header: r.from, numeric: true, render: ({ created_at }) => <When at={created_at} /> },
    { key: 'to', header: r.to, numeric: true, render: ({ ended_at }) => (ended_at ? <When at={ended_at} /> : r.open) },
  ];
  if (onEnd)
    columns.push({
      key: 'end',
      header: '',
      numeric: true,
      render: (rule) =>
        goesOn(rule) && (
          <Button
            size="compact-sm"
            variant="subtle"
            color="red"
            aria-label={r.endOf(lookup(t.clerks.kinds, rule.kind), fmt.money({ minor: rule.amount_minor, ...brand }))}
            onClick={() => onEnd(rule)}
          >
            {r.end}
          </Button>
        ),
    });
  return <DataTable label={r.title} columns={columns} rows={rules} rowKey={({ id }) => id} />;
}

function EndDialog({ rule, onClose }: { rule: Rule; onClose: () => void }) {
  const t = useT();
  const r = t.clerks.rules;
  const textOf = useRuleText();
  const queryClient = useQueryClient();
  const end = useMutation({
    mutationFn: () => endRule(rule.id),
    onSuccess: () => {
      notify(r.endDone);
      onClose();
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
    onSettled: () => queryClient.invalidateQueries({ queryKey: rulesQuery.queryKey }),
  });
  return (
    <ConfirmDialog
      danger
      title={r.endTitle}
      text={
        <>
          {textOf(rule)} {r.endText}
        </>
      }
      action={r.endTitle}
      working={end.isPending}
      onConfirm={() => end.mutate()}
      onClose={onClose}
    />
  );
}
