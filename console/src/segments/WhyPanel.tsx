import { Button, Loader, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Search } from '@/app/search';
import { customersQuery, profileQuery } from '@/customers/api';
import { useCustomerName } from '@/customers/name';
import type { CustomerRow } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { usePersonal } from '@/shared/privacy/Privacy';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { ErrorPanel, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { explainQuery } from './api';
import { RuleTree } from './RuleTree';
import css from './segments.module.css';
import type { Explained, Segment } from './types';

const MOST = 8;
const DEBOUNCE_MS = 250;
/** How this server numbers customers. It names nobody. */
const CUSTOMER_ID = /^cus_[a-z0-9]+$/;

/** Why somebody is in a segment, or is not. Who it is stands in the address by our own number only. */
export function WhyPanel({ segment }: { segment: Segment }) {
  const w = useT().segments.why;
  const { customer } = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const choose = (id: string | null) =>
    navigate({
      to: '/segments/$code',
      params: { code: segment.code },
      search: id === null ? { tab: 'why' } : { tab: 'why', customer: id },
      resetScroll: false,
    });
  return (
    <Panel title={w.title} explain={<Explain name={w.title} definition={w.about} />} testId="why">
      {customer ? (
        <Answer segment={segment} customer={customer} onAnother={() => choose(null)} />
      ) : (
        <FindCustomer onChoose={choose} />
      )}
    </Panel>
  );
}

function FindCustomer({ onChoose }: { onChoose: (id: string) => void }) {
  const w = useT().segments.why;
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text.trim(), DEBOUNCE_MS);
  const isId = CUSTOMER_ID.test(search);
  const found = useQuery({ ...customersQuery({ search, limit: MOST }), enabled: search !== '' && !isId });
  const rows = search === '' || isId || found.isPlaceholderData ? [] : (found.data?.items ?? []);
  const isSearching = text.trim() !== search || (search !== '' && found.isFetching);
  const isNone = search !== '' && !isId && !isSearching && found.data?.items.length === 0;
  return (
    <form
      className={css.find}
      onSubmit={(event) => {
        event.preventDefault();
        const typed = text.trim();
        const [only] = typed === search && rows.length === 1 ? rows : [];
        if (CUSTOMER_ID.test(typed)) onChoose(typed);
        else if (only) onChoose(only.id);
      }}
    >
      <TextInput
        className={css.findField}
        aria-label={w.search}
        placeholder={w.placeholder}
        leftSection={<IconSearch size={16} />}
        rightSection={isSearching ? <Loader size={16} /> : null}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        autoComplete="off"
        data-search-field
      />
      <p className={css.hint} role="status">
        {search === '' ? w.hint : isNone ? w.none : ''}
      </p>
      {isId && (
        <Button type="submit" variant="default" className={css.begin}>
          {w.choose(search)}
        </Button>
      )}
      {found.error && rows.length === 0 && <ErrorPanel error={found.error} onRetry={() => found.refetch()} />}
      {rows.length > 0 && (
        <ul className={css.people} aria-label={w.results}>
          {rows.map((row) => (
            <Person key={row.id} row={row} onChoose={onChoose} />
          ))}
        </ul>
      )}
    </form>
  );
}

function Person({ row, onChoose }: { row: CustomerRow; onChoose: (id: string) => void }) {
  const w = useT().segments.why;
  const personal = usePersonal();
  const name = useCustomerName()(row);
  return (
    <li className={css.person}>
      <span className={css.personText}>
        <span>{name}</span>
        <span className="muted mono">
          {row.identifiers.map(({ type, value }) => personal(type, value)).join(' · ')}
        </span>
      </span>
      <Button size="xs" variant="default" onClick={() => onChoose(row.id)}>
        {w.choose(name)}
      </Button>
    </li>
  );
}

interface AnswerProps {
  segment: Segment;
  customer: string;
  onAnother: () => void;
}

function Answer({ segment, customer, onAnother }: AnswerProps) {
  const w = useT().segments.why;
  const query = useQuery(explainQuery(segment.code, customer));
  return (
    <div className={css.stack}>
      <div className={css.whyHead}>
        <CustomerLink id={customer} />
        <Button size="xs" variant="default" onClick={onAnother}>
          {w.another}
        </Button>
      </div>
      <QueryView
        query={query}
        loading={<LoadingBlock lines={5} height={32} />}
        onError={(error) => (error.status === 404 ? <p role="alert">{w.notFound}</p> : null)}
      >
        {(explained) => <Whole explained={explained} />}
      </QueryView>
    </div>
  );
}

function CustomerLink({ id }: { id: string }) {
  const nameOf = useCustomerName();
  const row = useQuery(profileQuery(id)).data?.row;
  return (
    <Link to="/customers/$id" params={{ id }} className={css.whyName}>
      {row ? nameOf(row) : <span className="mono">{id}</span>}
    </Link>
  );
}

function Whole({ explained }: { explained: Explained }) {
  const w = useT().segments.why;
  const fmt = useFmt();
  const { holds, turns_at, look_again_at, as_of, tree } = explained;
  const next =
    turns_at !== null
      ? (holds ? w.turns.out : w.turns.in)(fmt.listTime(turns_at))
      : look_again_at !== null
        ? w.staysUntil(fmt.listTime(look_again_at))
        : w.stays;
  return (
    <>
      <div className={css.verdict} data-testid="verdict" data-holds={holds}>
        <Chip tone={holds ? 'success' : 'neutral'}>{holds ? w.holds : w.fails}</Chip>
        <span className="muted">{w.asOf(fmt.listTime(as_of))}</span>
        <span className="muted">{next}</span>
      </div>
      <RuleTree part={tree} label={w.tree} />
    </>
  );
}
