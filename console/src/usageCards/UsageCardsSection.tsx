import { Button, SegmentedControl } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMessageQuestion, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { LinkButton } from '@/shared/ui/LinkButton';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import css from '@/shared/ui/registry.module.css';
import { errorText, LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { DayOf } from '@/shared/ui/Values';
import { archiveCard, cardsQuery } from './api';
import type { UsageCard } from './types';
import own from './usageCards.module.css';

/** For one in many visits. */
const CardDialog = lazy(() => import('./CardDialog').then((module) => ({ default: module.CardDialog })));
const VersionsDialog = lazy(() => import('./CardDialog').then((module) => ({ default: module.VersionsDialog })));

type Asked = { what: 'change' | 'archive' | 'versions'; card: UsageCard };

/** What a brand asks about a product, some days after it was delivered. */
export function UsageCardsSection() {
  const t = useT();
  const c = t.usageCards;
  const can = useCan();
  const query = useQuery(cardsQuery);
  const [creating, create] = useDisclosure(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const add = can('fields.manage') && (
    <Button size="xs" leftSection={<IconPlus size={14} />} onClick={create.open}>
      {c.create}
    </Button>
  );
  return (
    <Panel
      flush
      title={c.title}
      explain={<Explain name={c.title} definition={c.about} />}
      testId="usage-cards"
      actions={query.data && query.data.items.length > 0 && add}
    >
      <QueryView
        query={query}
        quiet
        loading={
          <div className={css.pad}>
            <LoadingBlock lines={4} height={40} />
          </div>
        }
      >
        {({ items }) => (items.length === 0 ? <FirstUse add={add} /> : <List cards={items} onAsk={setAsked} />)}
      </QueryView>
      <Suspense fallback={null}>
        {creating && <CardDialog card={null} onClose={create.close} />}
        {asked?.what === 'versions' && <VersionsDialog card={asked.card} onClose={close} />}
        {asked?.what === 'change' && <CardDialog card={asked.card} onClose={close} />}
      </Suspense>
      {asked?.what === 'archive' && <ArchiveDialog card={asked.card} onClose={close} />}
    </Panel>
  );
}

function FirstUse({ add }: { add: ReactNode }) {
  const t = useT();
  const c = t.usageCards;
  return (
    <StateView
      testId="state-first-use"
      icon={<IconMessageQuestion size={28} stroke={1.5} />}
      title={c.emptyTitle}
      text={add ? c.emptyText : `${c.emptyText} ${c.askManager(t.common.rights['fields.manage'])}`}
    >
      {add}
    </StateView>
  );
}

function List({ cards, onAsk }: { cards: UsageCard[]; onAsk: (asked: Asked) => void }) {
  const t = useT();
  const c = t.usageCards;
  const can = useCan();
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const columns = useColumns(onAsk);
  const archived = search.state === 'archived';
  const rows = cards.filter((one) => one.is_archived === archived);
  const show = (next: string) => {
    const { state: _, ...rest } = search;
    navigate({
      to: '.',
      search: next === 'archived' ? { ...rest, state: next } : rest,
      replace: true,
      resetScroll: false,
    });
  };
  return (
    <>
      <p className={css.note}>
        {c.nothingSends}
        {!can('fields.manage') && ` ${c.askManager(t.common.rights['fields.manage'])}`}
      </p>
      <div className={css.tools}>
        <SegmentedControl
          aria-label={c.shown}
          value={archived ? 'archived' : 'open'}
          onChange={show}
          data={[
            { value: 'open', label: c.open },
            { value: 'archived', label: c.archived },
          ]}
        />
        <Link to="/tickets" search={{ tab: 'due' }} className={own.due}>
          {c.seeDue} →
        </Link>
      </div>
      {rows.length === 0 ? (
        <p className={css.note}>{archived ? c.noneArchived : c.noneOpen}</p>
      ) : (
        <DataTable label={c.title} columns={columns} rows={rows} rowKey={({ code }) => code} />
      )}
    </>
  );
}

function useArchive(isArchived: boolean, onDone?: () => void) {
  const t = useT();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (card: UsageCard) => archiveCard(card, isArchived),
    onSuccess: () => {
      notify(isArchived ? t.usageCards.archive.done : t.usageCards.restore.done);
      onDone?.();
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
    onSettled: () => queryClient.invalidateQueries({ queryKey: cardsQuery.queryKey }),
  });
}

/** It is asked of nobody from then on, and opens no tickets: that is asked about first. */
function ArchiveDialog({ card, onClose }: { card: UsageCard; onClose: () => void }) {
  const a = useT().usageCards.archive;
  const archive = useArchive(true, onClose);
  return (
    <ConfirmDialog
      danger
      title={a.title}
      text={a.text(card.name)}
      action={a.title}
      working={archive.isPending}
      onConfirm={() => archive.mutate(card)}
      onClose={onClose}
    />
  );
}

function useColumns(onAsk: (asked: Asked) => void): Column<UsageCard>[] {
  const { column: c, ...u } = useT().usageCards;
  const fmt = useFmt();
  const can = useCan();
  const restore = useArchive(false);
  const columns: Column<UsageCard>[] = [
    {
      key: 'name',
      header: c.name,
      always: true,
      render: ({ name, code }) => (
        <>
          <span className={css.name} translate="no">
            {name}
          </span>
          <span className={`${css.code} mono`}>{code}</span>
        </>
      ),
    },
    {
      key: 'product',
      header: c.product,
      render: ({ product }) => (product === null ? u.anyProduct : <span translate="no">{product}</span>),
    },
    {
      key: 'asked',
      header: c.asked,
      render: ({ days_after, open_days }) => (
        <span className={css.name}>{u.askedFor(fmt.count(days_after), fmt.count(open_days))}</span>
      ),
    },
    { key: 'questions', header: c.questions, numeric: true, render: ({ questions }) => fmt.count(questions.length) },
    {
      key: 'low',
      header: c.low,
      render: ({ rating_field, low_rating }) =>
        rating_field === null ? <span className="muted">{u.noRating}</span> : u.lowAt(fmt.count(low_rating)),
    },
    {
      key: 'version',
      header: c.version,
      numeric: true,
      render: (card) => (
        <LinkButton
          label={u.versions.of(fmt.count(card.version), card.name)}
          onClick={() => onAsk({ what: 'versions', card })}
        >
          {fmt.count(card.version)}
        </LinkButton>
      ),
    },
    { key: 'created', header: c.created, numeric: true, render: ({ created_at }) => <DayOf at={created_at} /> },
  ];
  if (!can('fields.manage')) return columns;
  const tool = (what: 'change' | 'archive', card: UsageCard) => (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={u[what].of(card.name)}
      onClick={() => onAsk({ what, card })}
    >
      {u[what].action}
    </Button>
  );
  const tools: Column<UsageCard> = {
    key: 'tools',
    header: c.tools,
    render: (card) => (
      <span className={css.rowTools}>
        {tool('change', card)}
        {card.is_archived ? (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={u.restore.of(card.name)}
            loading={restore.isPending && restore.variables?.code === card.code}
            onClick={() => restore.mutate(card)}
          >
            {u.restore.action}
          </Button>
        ) : (
          tool('archive', card)
        )}
      </span>
    ),
  };
  return [...columns, tools];
}
