import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useCan } from '@/access/me';
import { type Days, daysOf } from '@/app/forms/span';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { dayOf } from '@/shared/fmt/date';
import { useLocale, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import { errorText, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { KeepPeople } from '@/tags/keep/KeepButton';
import { allPaths, type Path, type Paths, pathPeopleQuery, pathsQuery, putPaths, readPathPeople } from './api';
import { nameIn, OWN_PATHS_MAX, ownOf } from './pathForm';
import css from './paths.module.css';
import { StepText } from './StepText';

/** For one in many visits. */
const PathDialog = lazy(() => import('./PathDialog').then((module) => ({ default: module.PathDialog })));

/** Where the address says nothing. */
const PATH_DAYS = '90';

/** All paths, how many have gone them, and who. */
export function PathsPanel() {
  const t = useT();
  const p = t.paths;
  const fmt = useFmt();
  const can = useCan();
  const search = useSearch({ strict: false }) as Search;
  const today = dayOf(fmt.timeZone, new Date().toISOString());
  const days = useMemo(() => daysOf(search, today, PATH_DAYS), [search, today]);
  const query = useQuery(pathsQuery(days));
  const [creating, create] = useDisclosure(false);
  const [changed, setChanged] = useState<Path | null>(null);
  const [removed, setRemoved] = useState<Path | null>(null);
  const paths = query.data;
  const chosen = paths?.items.find(({ code }) => code === search.path);
  const isFull = paths !== undefined && ownOf(paths).length >= OWN_PATHS_MAX;
  return (
    <div className={css.stack}>
      <Panel
        flush
        title={p.list}
        explain={<Explain name={p.title} definition={p.about} />}
        testId="paths"
        actions={
          can('touch_points.manage') && (
            <Button size="xs" leftSection={<IconPlus size={14} />} onClick={create.open} disabled={!paths || isFull}>
              {p.create}
            </Button>
          )
        }
      >
        <QueryView
          query={query}
          loading={
            <div className={css.pad}>
              <LoadingBlock lines={4} height={48} />
            </div>
          }
        >
          {(found) => <List paths={found} onChange={setChanged} onRemove={setRemoved} />}
        </QueryView>
      </Panel>
      {chosen && <People path={chosen} days={days} />}
      <Suspense fallback={null}>
        {creating && paths && <PathDialog paths={paths} path={null} onClose={create.close} />}
        {changed && paths && <PathDialog paths={paths} path={changed} onClose={() => setChanged(null)} />}
      </Suspense>
      {removed && paths && <Removing paths={paths} path={removed} onClose={() => setRemoved(null)} />}
    </div>
  );
}

interface ListProps {
  paths: Paths;
  onChange: (path: Path) => void;
  onRemove: (path: Path) => void;
}

function List({ paths, onChange, onRemove }: ListProps) {
  const t = useT();
  const { column: c, ...p } = t.paths;
  const { locale } = useLocale();
  const fmt = useFmt();
  const can = useCan();
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const show = (code: string) =>
    navigate({ to: '.', search: { ...search, path: code }, replace: true, resetScroll: false });
  const columns: Column<Path>[] = [
    {
      key: 'path',
      header: c.path,
      always: true,
      render: (path) => (
        <>
          <span className={css.name}>
            {nameIn(locale, path)}
            <Chip tone={path.is_preset ? 'neutral' : 'primary'}>{path.is_preset ? p.preset : p.own}</Chip>
          </span>
          <ol className={css.steps}>
            {path.steps.map((step, place) => (
              // A step has no name of its own; it is what stands at its place.
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              <li key={place}>
                <StepText step={step} />
              </li>
            ))}
          </ol>
        </>
      ),
    },
    {
      key: 'completed',
      header: c.completed,
      numeric: true,
      render: (path) => (
        <Button
          variant="subtle"
          size="compact-sm"
          aria-label={`${p.peopleOf(nameIn(locale, path))}: ${fmt.count(path.completed)}`}
          onClick={() => show(path.code)}
          data-testid={`completed-${path.code}`}
        >
          {fmt.count(path.completed)}
        </Button>
      ),
    },
    { key: 'ever', header: c.ever, numeric: true, render: (path) => fmt.count(path.completed_ever) },
    {
      key: 'reached',
      header: c.reached,
      render: ({ reached }) =>
        reached.map((people, place) => p.reachedStep(fmt.count(place + 1), fmt.count(people))).join(' → '),
    },
  ];
  const tools: Column<Path> = {
    key: 'tools',
    header: c.tools,
    render: (path) =>
      path.is_preset ? null : (
        <span className={css.tools}>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={p.change.of(nameIn(locale, path))}
            onClick={() => onChange(path)}
          >
            {p.change.action}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={p.remove.of(nameIn(locale, path))}
            onClick={() => onRemove(path)}
          >
            {p.remove.action}
          </Button>
        </span>
      ),
  };
  return (
    <>
      <p className={css.lead}>
        {p.asOf} <When at={paths.as_of} />
        {ownOf(paths).length >= OWN_PATHS_MAX && ` ${p.most}`}
        {!can('touch_points.manage') && ` ${p.askManager(t.common.rights['touch_points.manage'])}`}
      </p>
      <DataTable
        label={p.list}
        columns={can('touch_points.manage') ? [...columns, tools] : columns}
        rows={paths.items}
        rowKey={({ code }) => code}
      />
    </>
  );
}

/** Who is behind the number, and in which months. */
function People({ path, days }: { path: Path; days: Days }) {
  const p = useT().paths;
  const { locale } = useLocale();
  const fmt = useFmt();
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const today = dayOf(fmt.timeZone, new Date().toISOString());
  const query = useInfiniteQuery(pathPeopleQuery(path.code, days));
  const people = query.data?.pages.flatMap((page) => page.items);
  return (
    <Panel
      flush
      title={p.peopleOf(nameIn(locale, path))}
      testId="path-people"
      actions={
        <>
          {people && people.length > 0 && (
            <KeepPeople
              size="xs"
              list={{
                origin: `${p.peopleOf(nameIn(locale, path))} · ${days.from ?? '…'} – ${days.until ?? today}`,
                count: path.completed,
                read: readPathPeople(path.code, days),
              }}
            />
          )}
          <Button
            size="xs"
            variant="default"
            onClick={() => navigate({ to: '.', search: { ...search, path: '' }, replace: true, resetScroll: false })}
          >
            {p.close}
          </Button>
        </>
      }
    >
      {path.months.length === 0 ? (
        <p className={css.none}>{p.noMonths}</p>
      ) : (
        <RowTable
          label={p.monthly}
          rows={path.months}
          rowKey={({ month }) => month}
          columns={[
            { key: 'month', header: p.month, render: ({ month }) => month },
            { key: 'completed', header: p.column.completed, numeric: true, render: (one) => fmt.count(one.completed) },
          ]}
        />
      )}
      {query.isPending && (
        <div className={css.pad}>
          <LoadingBlock lines={4} height={36} />
        </div>
      )}
      <PagedError query={query} />
      {people && people.length > 0 && (
        <DataTable
          compact
          label={p.people}
          rows={people}
          rowKey={({ customer_id }) => customer_id}
          columns={[
            {
              key: 'customer',
              header: p.customer,
              always: true,
              render: (one) => (
                <Link to="/customers/$id" params={{ id: one.customer_id }} search={{ tab: 'journey' }} className="mono">
                  {one.customer_id}
                </Link>
              ),
            },
            { key: 'at', header: p.completedAt, numeric: true, render: (one) => <When at={one.completed_at} /> },
          ]}
        />
      )}
      <LoadMore query={query} />
    </Panel>
  );
}

function Removing({ paths, path, onClose }: { paths: Paths; path: Path; onClose: () => void }) {
  const t = useT();
  const r = t.paths.remove;
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () =>
      putPaths(
        paths.version,
        ownOf(paths).filter(({ code }) => code !== path.code),
      ),
    onSuccess: () => {
      notify(r.done);
      onClose();
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
    onSettled: () => queryClient.invalidateQueries(allPaths),
  });
  return (
    <ConfirmDialog
      title={r.title}
      text={r.text}
      action={r.action}
      danger
      working={remove.isPending}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}
