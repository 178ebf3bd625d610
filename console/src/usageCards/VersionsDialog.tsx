import { Modal } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useFmt } from '@/shared/fmt';
import { useLocale, useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import css from '@/shared/ui/registry.module.css';
import { LoadingBlock } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { versionsQuery } from './api';
import type { UsageCard, UsageCardVersion } from './types';

/** What a card asked before, and who changed it when. */
export function VersionsDialog({ card, onClose }: { card: UsageCard; onClose: () => void }) {
  const t = useT();
  const { column: c, versions: v, ...u } = t.usageCards;
  const { locale } = useLocale();
  const fmt = useFmt();
  const query = useInfiniteQuery(versionsQuery(card.code));
  const versions = query.data?.pages.flatMap((page) => page.items);
  const columns: Column<UsageCardVersion>[] = [
    {
      key: 'version',
      header: c.version,
      always: true,
      render: ({ version, name }) => (
        <>
          <span className={css.name}>{fmt.count(version)}</span>
          <span className={css.code} translate="no">
            {name}
          </span>
        </>
      ),
    },
    {
      key: 'changed',
      header: v.changed,
      render: ({ changed_by, changed_at }) =>
        changed_at === null ? (
          <span className="muted">{v.notKept}</span>
        ) : (
          <>
            <When at={changed_at} /> <span className={css.code}>{changed_by}</span>
          </>
        ),
    },
    {
      key: 'questions',
      header: c.questions,
      render: ({ questions, is_archived }) => (
        <ol className={css.list}>
          {questions.map(({ field, text_zh, text_en }) => (
            <li key={field} translate="no">
              {locale === 'en' ? text_en : text_zh}
            </li>
          ))}
          {is_archived && <li>{u.archived}</li>}
        </ol>
      ),
    },
    {
      key: 'asked',
      header: c.asked,
      render: ({ days_after, open_days }) => u.askedFor(fmt.count(days_after), fmt.count(open_days)),
    },
    {
      key: 'low',
      header: c.low,
      render: ({ rating_field, low_rating }) =>
        rating_field === null ? <span className="muted">{u.noRating}</span> : u.lowAt(fmt.count(low_rating)),
    },
  ];
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={v.title(card.name)}
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      {query.isPending && <LoadingBlock lines={4} height={40} />}
      <PagedError query={query} />
      {versions && (
        <DataTable
          label={v.title(card.name)}
          columns={columns}
          rows={versions}
          rowKey={({ version }) => String(version)}
        />
      )}
      <LoadMore query={query} />
    </Modal>
  );
}
