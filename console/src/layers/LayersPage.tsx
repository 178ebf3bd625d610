import { Button, SegmentedControl } from '@mantine/core';
import { IconPlus, IconStack2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { useLocale, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { PageHeader, Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { LoadingBlock, LoadingList, QueryView, StateView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { layersQuery, templatesQuery } from './api';
import css from './layers.module.css';
import type { LayerItem, LayerTemplate } from './types';

/** Layers, and the templates that one begins with. */
export function LayersPage() {
  const t = useT();
  const l = t.layers;
  const can = useCan();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Search;
  const isArchived = search.state === 'archived';
  const query = useQuery(layersQuery(isArchived));
  useDocumentTitle(l.title);
  const canCreate = can('segments.manage');
  return (
    <>
      <PageHeader
        title={l.title}
        aside={<Explain name={l.title} definition={l.about} />}
        meta={!canCreate && l.askManager(t.common.rights['segments.manage'])}
        actions={
          <>
            <Button component={Link} to="/matrices" variant="default">
              {l.byContent}
            </Button>
            {canCreate && (
              <Button component={Link} to="/layers/new" leftSection={<IconPlus size={16} />}>
                {l.create}
              </Button>
            )}
          </>
        }
      />
      <div className={registry.stack}>
        <div>
          <SegmentedControl
            aria-label={l.shown}
            value={isArchived ? 'archived' : 'open'}
            onChange={(next) =>
              navigate({ to: '/layers', search: next === 'archived' ? { state: next } : {}, replace: true })
            }
            data={(['open', 'archived'] as const).map((value) => ({ value, label: l.states[value] }))}
          />
        </div>
        <Panel flush testId="layers">
          <QueryView query={query} quiet loading={<LoadingList />}>
            {({ items }) =>
              items.length === 0 ? (
                <StateView
                  testId={isArchived ? 'state-none' : 'state-first-use'}
                  icon={<IconStack2 size={28} stroke={1.5} />}
                  title={isArchived ? l.noneArchived : l.emptyTitle}
                  text={isArchived ? undefined : l.emptyText}
                />
              ) : (
                <List items={items} />
              )
            }
          </QueryView>
        </Panel>
        {canCreate && !isArchived && <Templates />}
      </div>
    </>
  );
}

function List({ items }: { items: LayerItem[] }) {
  const l = useT().layers;
  const fmt = useFmt();
  const columns: Column<LayerItem>[] = [
    {
      key: 'name',
      header: l.column.name,
      always: true,
      render: ({ code, name }) => (
        <>
          <Link to="/layers/$code" params={{ code }} className={registry.name} translate="no">
            {name}
          </Link>
          <span className={`${registry.code} mono`}>{code}</span>
        </>
      ),
    },
    {
      key: 'stages',
      header: l.column.stages,
      render: ({ stages }) => (
        <span className={css.names} translate="no">
          {stages.length > STAGES_NAMED
            ? `${stages
                .slice(0, STAGES_NAMED)
                .map(({ name }) => name)
                .join(' → ')} …`
            : stages.map(({ name }) => name).join(' → ')}
        </span>
      ),
    },
    { key: 'count', header: l.column.count, numeric: true, render: ({ stages }) => fmt.count(stages.length) },
    { key: 'changed', header: l.column.changed, render: ({ changed_at }) => <When at={changed_at} relative /> },
  ];
  return <DataTable label={l.title} columns={columns} rows={items} rowKey={({ code }) => code} />;
}

/** By name in a row: of more, the first. */
const STAGES_NAMED = 9;

function Templates() {
  const l = useT().layers;
  const { locale } = useLocale();
  const query = useQuery(templatesQuery(locale));
  return (
    <Panel
      title={l.templates}
      explain={<Explain name={l.templates} definition={l.templatesAbout} />}
      testId="templates"
    >
      <QueryView query={query} quiet loading={<LoadingBlock lines={3} height={60} />}>
        {({ items }) => (
          <div className={css.templates}>
            {items.map((template) => (
              <Template key={template.code} template={template} />
            ))}
          </div>
        )}
      </QueryView>
    </Panel>
  );
}

function Template({ template: { code, name, description, stages, lacks } }: { template: LayerTemplate }) {
  const l = useT().layers;
  const fmt = useFmt();
  return (
    <section className={css.template} data-template={code}>
      <h3 className={css.templateName} translate="no">
        {name}
      </h3>
      <p className={css.templateText} translate="no">
        {description}
      </p>
      <div className={registry.chips}>
        <Chip>{l.stagesCount(fmt.count(stages.length))}</Chip>
        {lacks.length > 0 && <Chip tone="warning">{l.lacks(fmt.count(lacks.length))}</Chip>}
      </div>
      <Link to="/layers/new" search={{ template: code }} aria-label={l.useTemplate(name)}>
        {l.use}
      </Link>
    </section>
  );
}
