import { Button } from '@mantine/core';
import { IconUsersPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { BackNav, PageHeader, Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { DayOf, When } from '@/shared/ui/Values';
import { audiencesQuery } from './api';
import type { Audience } from './types';

const AudienceDialog = lazy(() => import('./AudienceDialog').then((module) => ({ default: module.AudienceDialog })));
const SendDialog = lazy(() => import('./SendDialog').then((module) => ({ default: module.SendDialog })));

/** Files of third parties that were matched by the hashes of phone numbers, and hashes for them. */
export function AudiencesPage() {
  const t = useT();
  const a = t.audiences;
  const can = useCan();
  const query = useQuery(audiencesQuery);
  const [opened, open] = useState<'add' | 'send' | null>(null);
  const close = () => open(null);
  useDocumentTitle(a.title);
  const mayAdd = can('imports.run') && can('customers.write');
  const add = mayAdd && (
    <Button leftSection={<IconUsersPlus size={16} />} onClick={() => open('add')}>
      {a.add}
    </Button>
  );
  return (
    <>
      <BackNav label={t.imports.title}>
        <Link to="/imports">← {t.imports.title}</Link>
      </BackNav>
      <PageHeader
        title={a.title}
        aside={<Explain name={a.title} definition={a.about} />}
        actions={
          <>
            {can('customers.export') && (
              <Button variant="default" onClick={() => open('send')}>
                {a.send}
              </Button>
            )}
            {query.data && query.data.items.length > 0 && add}
          </>
        }
      />
      <QueryView query={query} quiet loading={<LoadingBlock lines={5} height={40} />}>
        {({ items }) =>
          items.length === 0 ? (
            <Panel>
              <StateView
                testId="state-first-use"
                icon={<IconUsersPlus size={28} stroke={1.5} />}
                title={a.none}
                text={a.noneText}
              >
                {add}
              </StateView>
            </Panel>
          ) : (
            <Table items={items} />
          )
        }
      </QueryView>
      <Suspense fallback={null}>
        {opened === 'add' && <AudienceDialog onClose={close} />}
        {opened === 'send' && <SendDialog onClose={close} />}
      </Suspense>
    </>
  );
}

function Table({ items }: { items: Audience[] }) {
  const a = useT().audiences;
  const fmt = useFmt();
  const count = (key: 'matched' | 'unmatched' | 'refused' | 'customers'): Column<Audience> => ({
    key,
    header: a.column[key],
    numeric: true,
    render: (one) => fmt.count(one[key]),
  });
  const columns: Column<Audience>[] = [
    {
      key: 'name',
      header: a.name,
      always: true,
      render: ({ name, provider, purpose }) => (
        <div>
          <span translate="no">{name}</span>
          <div className="muted" translate="no">
            {provider} · {purpose}
          </div>
        </div>
      ),
    },
    count('matched'),
    count('unmatched'),
    count('refused'),
    count('customers'),
    {
      key: 'tag',
      header: a.tag,
      render: ({ tag, done_at, failure }) => (
        <>
          <Link to="/customers" search={{ tag }} className="mono">
            {tag}
          </Link>{' '}
          {done_at === null && <Chip tone="info">{a.setting}</Chip>}
          {failure && (
            <Chip tone="danger">{failure === 'tag_unusable' ? a.failure.tag_unusable : a.failure.gave_up}</Chip>
          )}
        </>
      ),
    },
    { key: 'expires', header: a.column.expires, render: ({ expires_at }) => <DayOf at={expires_at} /> },
    { key: 'created', header: a.column.created, render: ({ created_at }) => <When at={created_at} /> },
  ];
  return (
    <Panel flush testId="audiences">
      <DataTable label={a.title} columns={columns} rows={items} rowKey={({ id }) => id} />
    </Panel>
  );
}
