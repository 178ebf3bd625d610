import { Button, Loader, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { customersQuery, profileQuery } from '@/customers/api';
import { useCustomerName } from '@/customers/name';
import type { CustomerRow } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { usePersonal } from '@/shared/privacy/Privacy';
import { Panel } from '@/shared/ui/Panel';
import { ErrorPanel } from '@/shared/ui/StateView';
import { MoneyText } from '@/shared/ui/Values';
import { identityQuery } from './api';
import css from './identity.module.css';
import { type Suggestion, suggestionsOf } from './pairs';

const MOST = 8;
const DEBOUNCE_MS = 250;

interface Props {
  id: string;
  onChoose: (id: string) => void;
}

/** The other customer: by any identifier, or one who shares an identifier. What is typed names people: it is in no address. */
export function FindOther({ id, onChoose }: Props) {
  const t = useT();
  const f = t.identity.merge.find;
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text.trim(), DEBOUNCE_MS);
  const found = useQuery({ ...customersQuery({ search, limit: MOST }), enabled: search !== '' });
  const identity = useQuery(identityQuery(id)).data;
  // Profiles of this customer are no others.
  const own = new Set([id, ...(identity?.profiles ?? [])]);
  const rows = search === '' || found.isPlaceholderData ? [] : (found.data?.items ?? []);
  const others = rows.filter((row) => !own.has(row.id));
  const suggestions = identity ? suggestionsOf(identity).filter((one) => !own.has(one.id)) : [];
  const isSearching = text.trim() !== search || (search !== '' && found.isFetching);
  return (
    <div className={css.stack}>
      <Panel title={f.title} testId="find-other">
        <p className={css.lead}>{f.text}</p>
        <TextInput
          className={css.search}
          aria-label={f.search}
          placeholder={f.placeholder}
          leftSection={<IconSearch size={16} />}
          rightSection={isSearching ? <Loader size={16} /> : null}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          autoComplete="off"
          data-search-field
        />
        <p className={css.hint} role="status">
          {search === '' ? f.hint : !isSearching && found.data && others.length === 0 ? f.none : ''}
        </p>
        {found.error && search !== '' && <ErrorPanel error={found.error} onRetry={() => found.refetch()} />}
        {others.length > 0 && (
          <ul className={css.people} aria-label={f.results}>
            {others.map((row) => (
              <Person key={row.id} row={row} onChoose={onChoose} />
            ))}
          </ul>
        )}
      </Panel>
      {suggestions.length > 0 && (
        <Panel title={f.suggested} testId="suggested">
          <ul className={css.people} aria-label={f.suggested}>
            {suggestions.map((one) => (
              <Suggested key={one.id} suggestion={one} onChoose={onChoose} />
            ))}
          </ul>
        </Panel>
      )}
    </div>
  );
}

function Suggested({ suggestion, onChoose }: { suggestion: Suggestion; onChoose: (id: string) => void }) {
  const t = useT();
  const fmt = useFmt();
  const row = useQuery(profileQuery(suggestion.id)).data?.row;
  const types = suggestion.types.map((type) => lookup(t.common.identifiers, type));
  return row ? <Person row={row} note={t.identity.merge.find.because(fmt.list(types))} onChoose={onChoose} /> : null;
}

interface PersonProps {
  row: CustomerRow;
  note?: string;
  onChoose: (id: string) => void;
}

function Person({ row, note, onChoose }: PersonProps) {
  const f = useT().identity.merge.find;
  const fmt = useFmt();
  const personal = usePersonal();
  const name = useCustomerName()(row);
  return (
    <li className={css.person} data-customer={row.id}>
      <div className={css.personText}>
        <span className={css.personName}>{name}</span>
        <span className={css.personFacts}>
          {row.identifiers.map(({ type, value }) => (
            <span key={`${type} ${value}`}>{personal(type, value)}</span>
          ))}
        </span>
        <span className={css.personFacts}>
          <span>{f.orders(fmt.count(row.orders))}</span>
          <MoneyText value={row.revenue} />
          {note && <span>{note}</span>}
        </span>
      </div>
      <Button size="xs" variant="default" onClick={() => onChoose(row.id)}>
        {f.choose(name)}
      </Button>
    </li>
  );
}
