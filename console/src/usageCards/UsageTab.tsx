import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useCan } from '@/access/me';
import { fieldsQuery } from '@/fields/registry/api';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { useNameOf } from '@/shared/i18n/useNameOf';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { CustomerTickets } from '@/tickets/CustomerTickets';
import { answersQuery } from './api';
import type { UsageAnswer } from './types';
import css from './usageCards.module.css';
import { useCardName } from './useCardName';

/** For one in many visits. */
const AnswerDialog = lazy(() => import('./AnswerDialog').then((module) => ({ default: module.AnswerDialog })));

/** Which usage cards a customer answered, and the tickets that came of it. */
export function UsageTab({ id }: { id: string }) {
  const a = useT().usageCards.answers;
  const can = useCan();
  const query = useQuery(answersQuery(id));
  const [writing, write] = useDisclosure(false);
  return (
    <div className={css.stack}>
      <Panel
        title={a.title}
        explain={<Explain name={a.title} definition={a.about} />}
        testId="usage-answers"
        actions={
          can('customers.write') && (
            <Button size="xs" variant="default" leftSection={<IconPencil size={14} />} onClick={write.open}>
              {a.write}
            </Button>
          )
        }
      >
        <QueryView query={query} quiet loading={<LoadingBlock lines={3} height={32} />}>
          {({ items }) => (items.length === 0 ? <p className="muted">{a.nothing}</p> : <Answers answers={items} />)}
        </QueryView>
        <Suspense fallback={null}>{writing && <AnswerDialog id={id} onClose={write.close} />}</Suspense>
      </Panel>
      <CustomerTickets id={id} />
    </div>
  );
}

function Answers({ answers }: { answers: UsageAnswer[] }) {
  const a = useT().usageCards.answers;
  const fmt = useFmt();
  const nameOf = useNameOf();
  const cardName = useCardName();
  const fields = useQuery(fieldsQuery).data?.items ?? [];
  const fieldName = (name: string) => {
    const found = fields.find(({ field }) => field.name === name);
    return found ? nameOf(found.field) : name;
  };
  return (
    <RowTable
      label={a.title}
      rows={answers}
      rowKey={(one) => `${one.card} ${one.at} ${one.recorded_at}`}
      columns={[
        { key: 'card', header: a.card, render: (one) => <span translate="no">{cardName(one.card)}</span> },
        {
          key: 'fields',
          header: a.fields,
          render: (one) => (
            <span className={css.fields} translate="no">
              {fmt.list(one.fields.map(fieldName))}
            </span>
          ),
        },
        {
          key: 'order',
          header: a.order,
          render: (one) => (one.order_no === null ? a.allBefore : <span translate="no">{one.order_no}</span>),
        },
        {
          key: 'source',
          header: a.source,
          render: ({ source, by }) =>
            source !== 'perennial' ? <span translate="no">{source}</span> : by === null ? a.byHand : a.by(by),
        },
        { key: 'at', header: a.at, numeric: true, render: (one) => <When at={one.at} /> },
      ]}
    />
  );
}
