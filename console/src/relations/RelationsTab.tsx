import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { usePersonal } from '@/shared/privacy/Privacy';
import { Explain } from '@/shared/ui/Explain';
import { Notice } from '@/shared/ui/Notice';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { MoneyText, When } from '@/shared/ui/Values';
import { type CustomerRelations, type RelationNode, relationsQuery } from './api';
import css from './relations.module.css';

const DEPTH_USUAL = 5;
const DEPTH_MAX = 10;

/** Whom a customer brought, and who brought them. Of others no more than the nickname that they agreed to have shown. */
export function RelationsTab({ id }: { id: string }) {
  const r = useT().relations;
  const fmt = useFmt();
  const [depth, setDepth] = useState(DEPTH_USUAL);
  const query = useQuery(relationsQuery(id, depth));
  const levels = Array.from({ length: DEPTH_MAX }, (_, index) => String(index + 1));
  return (
    <Panel
      title={r.title}
      explain={<Explain name={r.title} definition={r.about} />}
      testId="relations"
      actions={
        <NativeSelect
          size="xs"
          aria-label={r.depth}
          value={String(depth)}
          onChange={(event) => setDepth(Number(event.currentTarget.value))}
          data={levels.map((value) => ({ value, label: r.levels(fmt.count(Number(value))) }))}
        />
      }
    >
      <QueryView query={query} loading={<LoadingBlock lines={4} height={40} />}>
        {(relations) => <Found relations={relations} />}
      </QueryView>
    </Panel>
  );
}

function Found({ relations }: { relations: CustomerRelations }) {
  const r = useT().relations;
  const fmt = useFmt();
  const { tree, invited_by, refused, is_cut } = relations;
  return (
    <div className={css.stack}>
      <InvitedBy chain={invited_by} />
      <section aria-label={r.tree}>
        <h3 className={css.subhead}>{r.tree}</h3>
        {tree.invited.length === 0 ? (
          <p className="muted">{r.nobody}</p>
        ) : (
          <>
            <p>{r.sum(fmt.count(tree.brought), fmt.money(tree.branch_value), fmt.money(tree.value))}</p>
            <Branch nodes={tree.invited} />
          </>
        )}
        {is_cut && <Notice tone="info">{r.cut}</Notice>}
      </section>
      {refused.length > 0 && <Refused refused={refused} />}
    </div>
  );
}

/** Who brought whom, upwards. */
function InvitedBy({ chain }: { chain: CustomerRelations['invited_by'] }) {
  const r = useT().relations;
  return (
    <section aria-label={r.invitedBy}>
      <h3 className={css.subhead}>{r.invitedBy}</h3>
      {chain.length === 0 ? (
        <p className="muted">{r.byNobody}</p>
      ) : (
        <ol className={css.chain}>
          {chain.map(({ at, nickname }, index) => (
            <li key={`${at} ${String(index)}`}>
              <Nickname of={nickname} /> · <When at={at} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Branch({ nodes }: { nodes: RelationNode[] }) {
  return (
    <ul className={css.branch}>
      {nodes.map((node, index) => (
        <li key={`${node.invited_at} ${String(index)}`} data-depth={node.depth}>
          <Node of={node} />
        </li>
      ))}
    </ul>
  );
}

function Node({ of }: { of: RelationNode }) {
  const r = useT().relations;
  const fmt = useFmt();
  const line: ReactNode = (
    <span className={css.node}>
      <span className={css.name}>
        <Nickname of={of.nickname} />
      </span>
      <span className={css.meta}>
        {r.level(fmt.count(of.depth))} · <MoneyText value={of.value} />
        {of.brought > 0 && <> · {r.brought(fmt.count(of.brought), fmt.money(of.branch_value))}</>} ·{' '}
        <When at={of.invited_at} />
      </span>
    </span>
  );
  if (of.invited.length === 0) return <div className={css.leaf}>{line}</div>;
  return (
    <details open={of.depth < 2}>
      <summary>{line}</summary>
      <Branch nodes={of.invited} />
    </details>
  );
}

function Nickname({ of }: { of: string | null }) {
  const r = useT().relations;
  const personal = usePersonal();
  if (of === null) return <span className="muted">{r.notShown}</span>;
  return <span translate="no">{personal('name', of)}</span>;
}

/** What was told and does not hold: it stays on record. */
function Refused({ refused }: { refused: CustomerRelations['refused'] }) {
  const r = useT().relations;
  return (
    <section aria-label={r.refused}>
      <h3 className={css.subhead}>{r.refused}</h3>
      <RowTable
        label={r.refused}
        rows={refused}
        rowKey={(one, index) => `${one.at} ${String(index)}`}
        columns={[
          {
            key: 'who',
            header: r.who,
            render: (one) => (one.is_own ? r.own : <Nickname of={one.nickname} />),
          },
          { key: 'why', header: r.why, render: ({ reason }) => lookup(r.reasons, reason) },
          { key: 'at', header: r.at, numeric: true, render: ({ at }) => <When at={at} /> },
        ]}
      />
    </section>
  );
}
