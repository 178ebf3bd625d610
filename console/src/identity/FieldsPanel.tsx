import { Button } from '@mantine/core';
import { useState } from 'react';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { usePersonal } from '@/shared/privacy/Privacy';
import { Chip } from '@/shared/ui/Chip';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import { Missing, When } from '@/shared/ui/Values';
import css from './identity.module.css';
import { differs } from './pairs';
import type { MergeField } from './types';

type Word = MergeField['holds'];

/** Traits of both, which word would hold, and why. */
export function FieldsPanel({ fields }: { fields: MergeField[] }) {
  const t = useT();
  const fmt = useFmt();
  const p = t.identity.merge.preview;
  const conflicts = fields.filter(differs);
  const [all, setAll] = useState(conflicts.length === 0);
  if (fields.length === 0) return null;
  const shown = all ? fields : conflicts;
  return (
    <Panel
      title={p.fields}
      testId="merge-fields"
      actions={
        conflicts.length > 0 &&
        conflicts.length < fields.length && (
          <Button size="xs" variant="default" onClick={() => setAll(!all)}>
            {all ? p.onlyConflicts : p.showAll}
          </Button>
        )
      }
    >
      <p className={css.lead}>{conflicts.length > 0 ? p.conflicts(fmt.count(conflicts.length)) : p.noConflicts}</p>
      <RowTable
        label={p.fields}
        className={css.sums}
        columns={[
          {
            key: 'field',
            header: p.field,
            render: (field) => (
              <>
                {lookup(t.imports.fields, field.name)} {differs(field) && <Chip tone="warning">≠</Chip>}
              </>
            ),
          },
          {
            key: 'survivor',
            header: p.goesOn,
            render: (field) => <Said name={field.name} word={field.survivor_says} />,
          },
          {
            key: 'absorbed',
            header: p.absorbed,
            render: (field) => <Said name={field.name} word={field.absorbed_says} />,
          },
          {
            key: 'holds',
            header: p.holds,
            render: (field) => (
              <span className={css.holds}>
                <ValueOf name={field.name} value={field.holds.value} />
              </span>
            ),
          },
          { key: 'because', header: p.because, render: ({ because }) => lookup(p.reasons, because) },
        ]}
        rows={shown}
        rowKey={({ name }) => name}
      />
    </Panel>
  );
}

function Said({ name, word }: { name: string; word: Word | null }) {
  if (!word) return <Missing />;
  return (
    <>
      <ValueOf name={name} value={word.value} />
      <span className={css.source}>
        <span translate="no">{word.source}</span> · <When at={word.at} />
      </span>
    </>
  );
}

function ValueOf({ name, value }: { name: string; value: string }) {
  return <span translate="no">{usePersonal()(name, value)}</span>;
}
