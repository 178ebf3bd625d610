import { Button, SegmentedControl } from '@mantine/core';
import { IconFilterOff, IconForms } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import { StoreName } from '@/clerks/StoreName';
import { CodesTabs } from '@/codes/CodesTabs';
import { useFmt } from '@/shared/fmt';
import { useLocale, useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { pageOf } from '@/shared/ui/Pager';
import { PageHeader, Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { SearchField } from '@/shared/ui/SearchField';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { useTouchPoints } from '@/touchPoints/useTouchPoints';
import { formsQuery } from './api';
import css from './forms.module.css';
import { matching, shownOf, stateOf } from './list';
import { StateChip } from './parts';
import { type ListedForm, STATES } from './types';

/** What people fill in themselves. Search, state and page are in the address. */
export function FormsPage() {
  const t = useT();
  const f = t.forms;
  const can = useCan();
  const query = useQuery(formsQuery);
  useDocumentTitle(f.title);
  const create = can('touch_points.manage') && (
    <Button component={Link} to="/codes/forms/new" leftSection={<IconForms size={16} />}>
      {f.create}
    </Button>
  );
  return (
    <>
      <PageHeader title={f.title} actions={query.data && query.data.length > 0 && create} />
      <CodesTabs />
      <QueryView query={query} quiet loading={<LoadingBlock lines={6} height={40} />}>
        {(forms) =>
          forms.length === 0 ? (
            <Panel>
              <StateView
                testId="state-first-use"
                icon={<IconForms size={28} stroke={1.5} />}
                title={f.emptyTitle}
                text={create ? f.emptyText : `${f.emptyText} ${f.askManager(t.common.rights['touch_points.manage'])}`}
              >
                {create}
              </StateView>
            </Panel>
          ) : (
            <List forms={forms} />
          )
        }
      </QueryView>
    </>
  );
}

function List({ forms }: { forms: ListedForm[] }) {
  const f = useT().forms;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const columns = useColumns();
  const now = Date.now();
  const { text, state, page } = shownOf(search);
  const inState = forms.filter((form) => stateOf(form, now) === state);
  // The newest first: whoever comes back looks for what was made last.
  const found = matching(inState, text).reverse();
  const go = (next: Search) => navigate({ to: '/codes/forms', search: next, replace: true, resetScroll: false });
  const set = (name: string, value: string) => {
    const { [name]: _, page: __, ...rest } = search;
    go(value === '' ? rest : { ...rest, [name]: value });
  };
  const turn = (to: number) => {
    const { page: _, ...rest } = search;
    go(to > 1 ? { ...rest, page: String(to) } : rest);
  };
  const { rows, pager } = pageOf(found, page, turn);
  return (
    <div className={registry.stack}>
      <div className={css.bar}>
        <SearchField
          label={f.search}
          placeholder={f.searchPlaceholder}
          value={text}
          onChange={(next) => set('search', next)}
        />
        <SegmentedControl
          aria-label={f.shown}
          value={state}
          onChange={(next) => set('state', next === 'open' ? '' : next)}
          data={STATES.map((value) => ({ value, label: f.states[value] }))}
        />
      </div>
      <Panel flush testId="forms">
        {inState.length === 0 && <p className={registry.none}>{f.none[state]}</p>}
        {inState.length > 0 && found.length === 0 && (
          <StateView
            testId="state-no-match"
            icon={<IconFilterOff size={28} stroke={1.5} />}
            title={f.noMatchTitle}
            text={f.noMatchText}
          >
            <Button onClick={() => set('search', '')}>{f.clear}</Button>
          </StateView>
        )}
        {found.length > 0 && (
          <>
            <DataTable tall label={f.table} columns={columns} rows={rows} rowKey={({ id }) => id} />
            {pager}
          </>
        )}
      </Panel>
    </div>
  );
}

function useColumns(): Column<ListedForm>[] {
  const { column: c, ...f } = useT().forms;
  const fmt = useFmt();
  const { locale } = useLocale();
  const { nameOf } = useTouchPoints();
  const now = Date.now();
  return [
    {
      key: 'name',
      header: c.name,
      always: true,
      render: ({ id, settings: { name, title } }) => (
        <>
          <Link to="/codes/forms/$id" params={{ id }} className={registry.name} translate="no">
            {name}
          </Link>
          <span className={registry.code} translate="no">
            {locale === 'en' ? title.en : title.zh}
          </span>
        </>
      ),
    },
    { key: 'state', header: c.state, render: (form) => <StateChip state={stateOf(form, now)} /> },
    {
      key: 'touch_point',
      header: c.touchPoint,
      render: ({ settings }) => <span translate="no">{nameOf(settings.touch_point)}</span>,
    },
    {
      key: 'store',
      header: c.store,
      render: ({ settings: { place } }) =>
        place === null ? <span className="muted">{f.noStore}</span> : <StoreName id={place} />,
    },
    { key: 'fields', header: c.fields, numeric: true, render: ({ settings }) => fmt.count(settings.fields.length) },
    {
      key: 'consents',
      header: c.consents,
      numeric: true,
      render: ({ settings }) => fmt.count(settings.consents.length),
    },
    {
      key: 'ends',
      header: c.ends,
      numeric: true,
      render: ({ settings: { ends_at } }) =>
        ends_at === null ? <span className="muted">{f.noEnd}</span> : <When at={ends_at} />,
    },
    { key: 'answers', header: f.figures.submissions, numeric: true, render: ({ answers }) => fmt.count(answers) },
    {
      key: 'last',
      header: f.spots.last,
      numeric: true,
      render: ({ last_answer_at }) =>
        last_answer_at === null ? <span className="muted">{f.spots.none}</span> : <When at={last_answer_at} relative />,
    },
    { key: 'changed', header: c.changed, numeric: true, render: ({ changed_at }) => <When at={changed_at} relative /> },
  ];
}
