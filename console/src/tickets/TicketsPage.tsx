import { Button, NativeSelect, SegmentedControl } from '@mantine/core';
import { IconFilterOff, IconTicket } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { Search } from '@/app/search';
import { ApiError } from '@/shared/api/client';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { PageHeader, Panel } from '@/shared/ui/Panel';
import css from '@/shared/ui/registry.module.css';
import { SearchField } from '@/shared/ui/SearchField';
import { LoadingBlock, StateView } from '@/shared/ui/StateView';
import tabs from '@/shared/ui/tabs.module.css';
import { DuePanel } from '@/usageCards/DuePanel';
import { ticketsQuery } from './api';
import { TicketList } from './TicketList';
import type { TicketState } from './types';

const STATES = ['open', 'closed', 'all'] as const;
const WITH = ['', 'me', 'nobody'] as const;

/** What service has to do: tickets that are open, and whom to ask how it goes with what was delivered. */
export function TicketsPage() {
  const k = useT().tickets;
  const { tab } = useSearch({ strict: false }) as Search;
  useDocumentTitle(k.page);
  const views: { key: string; search: Search; label: string }[] = [
    { key: 'tickets', search: {}, label: k.title },
    { key: 'due', search: { tab: 'due' }, label: k.due },
  ];
  const active = tab === 'due' ? 'due' : 'tickets';
  return (
    <>
      <PageHeader title={k.page} />
      <nav aria-label={k.views} className={`${tabs.tabs} ${tabs.apart}`}>
        {views.map(({ key, search, label }) => (
          <Link
            key={key}
            to="/tickets"
            search={search}
            className={tabs.tab}
            // The address may say more than the view; which one it is says `active`.
            activeOptions={{ exact: true, includeSearch: true }}
            aria-current={key === active ? 'page' : undefined}
          >
            {label}
          </Link>
        ))}
      </nav>
      {active === 'due' ? <DuePanel /> : <TicketsPanel />}
    </>
  );
}

function TicketsPanel() {
  const k = useT().tickets;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const chosen = STATES.find((one) => one === search.state) ?? 'open';
  const state: TicketState = chosen === 'all' ? '' : chosen;
  const customer = search.customer ?? '';
  const assignee = WITH.find((one) => one === search.assignee) ?? '';
  const query = useInfiniteQuery(ticketsQuery({ state, customer, assignee }));
  const tickets = query.data?.pages.flatMap((page) => page.items);
  const isUnknown = customer !== '' && query.error instanceof ApiError && query.error.status === 404;
  const go = (next: Search) => navigate({ to: '.', search: { ...search, ...next }, replace: true, resetScroll: false });
  return (
    <Panel flush title={k.title} explain={<Explain name={k.title} definition={k.about} />} testId="tickets">
      <div className={css.tools}>
        <SegmentedControl
          aria-label={k.column.state}
          value={chosen}
          onChange={(next) => go({ state: next === 'open' ? '' : next })}
          data={STATES.map((value) => ({ value, label: k.states[value] }))}
        />
        <NativeSelect
          aria-label={k.column.assigned}
          value={assignee}
          onChange={(event) => go({ assignee: event.currentTarget.value })}
          data={WITH.map((value) => ({ value, label: k.with[value || 'all'] }))}
        />
        <SearchField
          label={k.customer}
          placeholder={k.customerHint}
          value={customer}
          onChange={(text) => go({ customer: text.trim() })}
        />
      </div>
      {query.isPending && (
        <div className={css.pad}>
          <LoadingBlock lines={6} height={40} />
        </div>
      )}
      {isUnknown ? (
        <StateView
          testId="state-no-match"
          icon={<IconFilterOff size={28} stroke={1.5} />}
          title={k.noCustomer}
          text={k.customerHint}
        >
          <Button onClick={() => go({ customer: '' })}>{k.seeAll}</Button>
        </StateView>
      ) : (
        <PagedError query={query} />
      )}
      {!isUnknown && tickets && tickets.length > 0 && (
        <div aria-busy={query.isPlaceholderData || undefined}>
          <TicketList tickets={tickets} />
        </div>
      )}
      {!isUnknown && tickets?.length === 0 && (
        <StateView
          testId={customer || assignee || state === 'closed' ? 'state-no-match' : 'state-first-use'}
          icon={customer ? <IconFilterOff size={28} stroke={1.5} /> : <IconTicket size={28} stroke={1.5} />}
          title={k.none[chosen]}
          text={k.emptyText}
        >
          {(customer || assignee || chosen !== 'all') && (
            <Button variant="default" onClick={() => go({ state: 'all', customer: '', assignee: '' })}>
              {k.seeAll}
            </Button>
          )}
        </StateView>
      )}
      <LoadMore query={query} />
    </Panel>
  );
}
