import { useInfiniteQuery } from '@tanstack/react-query';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { Panel } from '@/shared/ui/Panel';
import css from '@/shared/ui/registry.module.css';
import { LoadingBlock } from '@/shared/ui/StateView';
import { ticketsQuery } from './api';
import { TicketList } from './TicketList';

/** All tickets of one customer, those that are closed too. */
export function CustomerTickets({ id }: { id: string }) {
  const k = useT().tickets;
  const query = useInfiniteQuery(ticketsQuery({ state: '', customer: id, assignee: '' }));
  const tickets = query.data?.pages.flatMap((page) => page.items);
  return (
    <Panel flush title={k.title} explain={<Explain name={k.title} definition={k.about} />} testId="customer-tickets">
      {query.isPending && (
        <div className={css.pad}>
          <LoadingBlock lines={2} height={40} />
        </div>
      )}
      <PagedError query={query} />
      {tickets?.length === 0 && <p className={css.note}>{k.noneOfOne}</p>}
      {tickets && tickets.length > 0 && <TicketList ofOne tickets={tickets} />}
      <LoadMore query={query} />
    </Panel>
  );
}
