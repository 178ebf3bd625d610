import { Button, NativeSelect } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { LoadingList } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { versionsQuery } from './api';
import { clauseChanges } from './clauses';
import { differenceOf } from './difference';
import { inLines } from './ruleText';
import css from './segments.module.css';
import type { Segment, SegmentVersion } from './types';

/** What it was before, who changed it when, and what differs between two versions. */
export function VersionsPanel({ segment: { code } }: { segment: Segment }) {
  const v = useT().segments.versions;
  const query = useInfiniteQuery(versionsQuery(code));
  const versions = query.data?.pages.flatMap((page) => page.items);
  const [chosen, setChosen] = useState<[number, number] | null>(null);
  const difference = useRef<HTMLDivElement>(null);
  const compare = (from: number, to: number) => {
    setChosen([from, to]);
    difference.current?.focus();
  };
  return (
    <>
      {versions && (
        <div ref={difference} tabIndex={-1} className={css.focused}>
          <Difference versions={versions} chosen={chosen} onChoose={setChosen} />
        </div>
      )}
      <Panel flush title={v.title} testId="versions">
        {query.isPending && <LoadingList />}
        <PagedError query={query} />
        {versions && <List versions={versions} onCompare={compare} />}
        <LoadMore query={query} />
      </Panel>
    </>
  );
}

interface ListProps {
  versions: SegmentVersion[];
  onCompare: (from: number, to: number) => void;
}

function List({ versions, onCompare }: ListProps) {
  const { column: c, ...v } = useT().segments.versions;
  const fmt = useFmt();
  const columns: Column<SegmentVersion>[] = [
    { key: 'version', header: c.version, always: true, render: ({ version }) => fmt.count(version) },
    {
      key: 'changed',
      header: c.changed,
      render: ({ changed_at, changed_by }) => (
        <>
          <When at={changed_at} />
          <span className={registry.code} translate="no">
            {changed_by}
          </span>
        </>
      ),
    },
    { key: 'name', header: c.name, render: ({ name }) => <span translate="no">{name}</span> },
    {
      key: 'rule',
      header: c.rule,
      render: ({ text }) => (
        <code className={css.ruleInRow} title={text} translate="no">
          {text}
        </code>
      ),
    },
    {
      key: 'compare',
      header: c.compare,
      render: ({ version }) => {
        const before = versions.find((one) => one.version < version)?.version;
        if (before === undefined) return null;
        return (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={v.compareOf(fmt.count(version), fmt.count(before))}
            onClick={() => onCompare(before, version)}
          >
            {v.compareWith}
          </Button>
        );
      },
    },
  ];
  return <DataTable label={v.title} columns={columns} rows={versions} rowKey={({ version }) => String(version)} />;
}

interface DifferenceProps {
  versions: SegmentVersion[];
  chosen: [number, number] | null;
  onChoose: (chosen: [number, number]) => void;
}

function Difference({ versions, chosen, onChoose }: DifferenceProps) {
  const v = useT().segments.versions;
  const fmt = useFmt();
  const [newest, before] = versions;
  if (!newest || !before)
    return (
      <Panel title={v.difference}>
        <p className="muted">{v.only}</p>
      </Panel>
    );
  const [from, to] = chosen ?? [before.version, newest.version];
  const one = versions.find(({ version }) => version === from) ?? before;
  const other = versions.find(({ version }) => version === to) ?? newest;
  const data = versions.map(({ version, changed_by, changed_at }) => ({
    value: String(version),
    label: v.option(fmt.count(version), changed_by, fmt.listTime(changed_at)),
  }));
  return (
    <Panel title={v.difference} testId="difference">
      <div className={css.choose}>
        <NativeSelect
          label={v.from}
          data={data}
          value={String(one.version)}
          onChange={(event) => onChoose([Number(event.currentTarget.value), other.version])}
        />
        <NativeSelect
          label={v.to}
          data={data}
          value={String(other.version)}
          onChange={(event) => onChoose([one.version, Number(event.currentTarget.value)])}
        />
      </div>
      <Changed name={v.name} before={one.name} after={other.name} />
      <Changed name={v.description} before={one.description} after={other.description} />
      {one.text === other.text ? (
        <p className={css.sameRule}>{v.sameRule}</p>
      ) : (
        <>
          <ClauseDifference before={one.text} after={other.text} />
          <RuleDifference before={inLines(one.text)} after={inLines(other.text)} />
        </>
      )}
    </Panel>
  );
}

function Changed({ name, before, after }: { name: string; before: string; after: string }) {
  const t = useT();
  const v = t.segments.versions;
  if (before === after) return null;
  return <p className={css.changedLine}>{t.common.changed(name, before || v.empty, after || v.empty)}</p>;
}

/** Which conditions went, came and stayed. Where the same ones stand together in another way, only the text below says so. */
function ClauseDifference({ before, after }: { before: string; after: string }) {
  const v = useT().segments.versions;
  const changes = clauseChanges(before, after);
  if (!changes) return null;
  return (
    <ul className={css.clauseChanges} aria-label={v.conditions} data-testid="clause-difference">
      {changes.map(({ kind, text }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a condition may stand twice
        <li key={`${place} ${text}`} data-kind={kind}>
          <Chip tone={kind === 'added' ? 'primary' : kind === 'removed' ? 'danger' : undefined}>{v.changes[kind]}</Chip>
          <code translate="no">{text}</code>
        </li>
      ))}
    </ul>
  );
}

/** By line and by colour, and read out as what it is. */
function RuleDifference({ before, after }: { before: string; after: string }) {
  const v = useT().segments.versions;
  return (
    <pre className={css.rule} data-testid="rule-difference">
      {differenceOf(before, after).map(({ kind, text }, place) => {
        const key = `${place} ${kind}`;
        if (kind === 'same')
          return (
            <span key={key} translate="no">
              {text}
            </span>
          );
        const Tag = kind === 'added' ? 'ins' : 'del';
        return (
          <Tag key={key} className={css[kind]}>
            <span className="visually-hidden">{v[kind]}</span>
            <span translate="no">{text}</span>
          </Tag>
        );
      })}
    </pre>
  );
}
