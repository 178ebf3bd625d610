import { Checkbox, UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { memo, useState } from 'react';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { mask } from '@/shared/privacy/mask';
import { Chip } from '@/shared/ui/Chip';
import { CodeBlock } from '@/shared/ui/CodeBlock';
import { RowTable } from '@/shared/ui/PlainTable';
import { When } from '@/shared/ui/Values';
import { indentedShape } from '@/sources/debugger/log';
import { Found } from '../coverage/Found';
import type { QuarantinedFact } from '../types';
import { allowedText, foundParts } from '../words';
import css from './quarantine.module.css';

interface Props {
  fact: QuarantinedFact;
  /** Null: who looks may not decide. */
  selected: boolean | null;
  onSelect: (id: number) => void;
}

/** One message in a line, with why it is held. */
export const HeldRow = memo(function HeldRow({ fact, selected, onSelect }: Props) {
  const t = useT();
  const fmt = useFmt();
  const q = t.quarantine;
  const { kinds } = t.sources.violations;
  const [open, setOpen] = useState(false);
  const name = fact.event && mask('text', fact.event);
  const reasons = [...new Set(fact.violations.map(({ kind }) => kind))];
  return (
    <li className={css.row} data-fact={fact.id} data-selected={selected || undefined}>
      <div className={css.line}>
        {selected !== null && (
          <Checkbox
            size="md"
            className={css.check}
            aria-label={q.select(name || fact.event_type, fmt.fullTime(fact.at))}
            checked={selected}
            onChange={() => onSelect(fact.id)}
          />
        )}
        <UnstyledButton className={css.head} data-entry aria-expanded={open} onClick={() => setOpen(!open)}>
          <IconChevronRight size={14} className={css.chevron} data-open={open || undefined} aria-hidden="true" />
          <span className={css.time}>
            <When at={fact.at} />
          </span>
          <span className={css.name} translate="no">
            <span className="mono muted">{fact.event_type}</span> {name}
          </span>
          <span className={css.reasons}>
            {reasons.map((kind) => (
              <Chip key={kind} tone="warning">
                {lookup(kinds, kind)}
              </Chip>
            ))}
          </span>
        </UnstyledButton>
      </div>
      {open && (
        <div className={css.detail}>
          <p className={css.ids}>
            <span className="muted">{q.arrived}</span> {fmt.fullTime(fact.at)} ·{' '}
            <span className="muted">{q.messageId}</span>{' '}
            <span className="mono" translate="no">
              {mask('text', fact.message_id)}
            </span>
          </p>
          <Reasons fact={fact} />
          <CodeBlock label={q.shape} code={indentedShape(fact.shape)} testId="held-shape" />
        </div>
      )}
    </li>
  );
});

function Reasons({ fact }: { fact: QuarantinedFact }) {
  const t = useT();
  const q = t.quarantine;
  const v = t.plans.violations;
  return (
    <RowTable
      label={q.why}
      columns={[
        {
          key: 'why',
          header: q.why,
          render: ({ kind }) => lookup(t.sources.violations.kinds, kind),
        },
        {
          key: 'property',
          header: q.property,
          render: ({ property }) =>
            property ? (
              <span className="mono" translate="no">
                {property}
              </span>
            ) : (
              <span className="muted">{q.theEvent}</span>
            ),
        },
        { key: 'found', header: v.found, render: ({ kind, found }) => <Found {...foundParts(t, kind, found)} /> },
        {
          key: 'allowed',
          header: v.allowed,
          render: ({ kind, allowed }) => <span translate="no">{allowedText(t, kind, allowed)}</span>,
        },
      ]}
      rows={fact.violations}
      rowKey={(one) => `${one.kind} ${one.property}`}
    />
  );
}
