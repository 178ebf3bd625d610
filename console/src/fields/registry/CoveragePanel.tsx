import { NativeSelect } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { useNameOf } from '@/shared/i18n/useNameOf';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import css from '@/shared/ui/registry.module.css';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { Percent } from '@/shared/ui/Values';
import { tagGroupsQuery } from '@/tags/api';
import { coverageQuery } from './api';
import type { FieldCoverage } from './types';

/** Of how many customers each key indicator is known, and which to ask next. */
export function CoveragePanel() {
  const c = useT().fieldRegistry.coverage;
  const nameOf = useNameOf();
  const [tag, setTag] = useState('');
  const query = useQuery({ ...coverageQuery(tag), placeholderData: keepPreviousData });
  const groups = useQuery(tagGroupsQuery).data?.items ?? [];
  return (
    <Panel
      flush
      title={c.title}
      explain={<Explain name={c.title} definition={c.about} />}
      testId="coverage"
      actions={
        groups.length > 0 && (
          <NativeSelect
            size="xs"
            aria-label={c.among}
            value={tag}
            onChange={(event) => setTag(event.currentTarget.value)}
            data={[
              { value: '', label: c.everybody },
              ...groups.flatMap(({ tags }) =>
                tags.map(({ tag: one }) => ({ value: one.code, label: c.withTag(nameOf(one)) })),
              ),
            ]}
          />
        )
      }
    >
      <QueryView
        query={query}
        loading={
          <div className={css.pad}>
            <LoadingBlock lines={5} height={36} />
          </div>
        }
      >
        {(coverage) => <Coverage coverage={coverage} />}
      </QueryView>
    </Panel>
  );
}

function Coverage({ coverage }: { coverage: FieldCoverage }) {
  const c = useT().fieldRegistry.coverage;
  const fmt = useFmt();
  const nameOf = useNameOf();
  const hasTag = coverage.tagged !== null;
  const all = hasTag ? coverage.tagged : coverage.customers;
  return (
    <>
      <p className={css.note}>
        {c.of(fmt.count(all ?? 0))}
        {coverage.ask_next && (
          <>
            {' '}
            {c.askNext} <strong translate="no">{nameOf(coverage.ask_next)}</strong>
          </>
        )}
      </p>
      <div className={css.pad}>
        <RowTable
          label={c.title}
          rows={coverage.fields}
          rowKey={({ field }) => field.name}
          columns={[
            { key: 'field', header: c.field, render: ({ field }) => <span translate="no">{nameOf(field)}</span> },
            {
              key: 'known',
              header: c.known,
              numeric: true,
              render: (one) => fmt.count((hasTag ? one.tagged : one.customers) ?? 0),
            },
            {
              key: 'share',
              header: c.share,
              numeric: true,
              render: (one) => <Percent ratio={hasTag ? one.tagged_share : one.share} />,
            },
          ]}
        />
      </div>
    </>
  );
}
