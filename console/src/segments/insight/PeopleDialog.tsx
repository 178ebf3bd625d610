import { Button, Modal } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import { useCustomerName } from '@/customers/name';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { LoadingBlock } from '@/shared/ui/StateView';
import { MoneyText } from '@/shared/ui/Values';
import { isNotBuilt, peopleQuery } from '../api';
import { NotBuilt } from '../NotBuilt';
import { RuleText } from '../RuleText';
import css from './insight.module.css';

interface Props {
  title: string;
  /** The rule that means them. */
  text: string;
  onClose: () => void;
}

/** The people behind a figure, page by page, and the rule that means just them: it can be kept as a segment. */
export function PeopleDialog({ title, text, onClose }: Props) {
  const t = useT();
  const p = t.segmentInsight.people;
  const fmt = useFmt();
  const can = useCan();
  const nameOf = useCustomerName();
  const query = useInfiniteQuery(peopleQuery(text));
  const people = query.data?.pages.flatMap((page) => page.items);
  const count = query.data?.pages[0]?.count;
  return (
    <Modal
      opened
      onClose={onClose}
      title={<span translate="no">{title}</span>}
      size="lg"
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <div className={css.stack} data-testid="people" data-count={count}>
        <RuleText text={text} />
        {count !== undefined && <p>{p.count(fmt.count(count))}</p>}
        {query.isPending && <LoadingBlock lines={6} height={32} />}
        {isNotBuilt(query.error) && !people ? <NotBuilt /> : <PagedError query={query} />}
        {people && people.length > 0 && (
          <ul className={css.people}>
            {people.map((row) => (
              <li key={row.id}>
                <Link to="/customers/$id" params={{ id: row.id }}>
                  {nameOf(row)}
                </Link>
                <span className="muted">
                  {p.orders(fmt.count(row.orders))} · <MoneyText value={row.revenue} />
                </span>
              </li>
            ))}
          </ul>
        )}
        <LoadMore query={query} />
      </div>
      {can('segments.manage') && (
        <div className={css.foot}>
          <Button renderRoot={(props) => <Link {...props} to="/segments/new" search={{ rule: text }} />}>
            {p.save}
          </Button>
        </div>
      )}
    </Modal>
  );
}
