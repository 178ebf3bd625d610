import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowsSort } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useCan } from '@/access/me';
import { lookup, useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { fieldSourcesQuery } from './api';
import css from './registry.module.css';
import { SourceName } from './SourceName';
import type { FieldSources } from './types';

/** For one in many visits. */
const OrderDialog = lazy(() => import('./OrderDialog').then((module) => ({ default: module.OrderDialog })));

/** Of what two sources say, whose word holds. */
export function BelievedPanel() {
  const b = useT().fieldRegistry.believed;
  const can = useCan();
  const query = useQuery(fieldSourcesQuery);
  const [changing, change] = useDisclosure(false);
  return (
    <Panel
      title={b.title}
      explain={<Explain name={b.title} definition={b.about} />}
      testId="believed"
      actions={
        can('fields.manage') && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconArrowsSort size={14} />}
            onClick={change.open}
            disabled={!query.data}
          >
            {b.change}
          </Button>
        )
      }
    >
      <QueryView query={query} quiet loading={<LoadingBlock lines={4} height={28} />}>
        {(sources) => <Believed sources={sources} />}
      </QueryView>
      <Suspense fallback={null}>
        {changing && query.data && <OrderDialog sources={query.data} onClose={change.close} />}
      </Suspense>
    </Panel>
  );
}

function Believed({ sources }: { sources: FieldSources }) {
  const t = useT();
  const b = t.fieldRegistry.believed;
  return (
    <div className={css.believed}>
      <ol className={css.order}>
        {sources.order.map((origin) => (
          <li key={origin}>{lookup(t.fields.origins, origin)}</li>
        ))}
      </ol>
      {sources.sources.length === 0 ? (
        <p className="muted">{b.noSources}</p>
      ) : (
        <RowTable
          label={b.sources}
          rows={sources.sources}
          rowKey={({ source }) => source}
          columns={[
            { key: 'source', header: b.source, render: ({ source }) => <SourceName source={source} /> },
            { key: 'origin', header: b.origin, render: ({ origin }) => lookup(t.fields.origins, origin) },
          ]}
        />
      )}
    </div>
  );
}
