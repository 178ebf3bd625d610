import { Button, SegmentedControl } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMapPinPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { useLocale, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { LinkButton } from '@/shared/ui/LinkButton';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import css from '@/shared/ui/registry.module.css';
import { errorText, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { CountCompact, When } from '@/shared/ui/Values';
import { archiveTouchPoint, restoreTouchPoint, touchPointsQuery } from './api';
import { HeldNotice } from './HeldNotice';
import { nameOf } from './names';
import type { TouchPoint, TouchPointItem, TouchPointList } from './types';

/** For one in many visits. */
const TouchPointDialog = lazy(() => import('./TouchPointDialog').then((one) => ({ default: one.TouchPointDialog })));
const BySourceDialog = lazy(() => import('./BySourceDialog').then((one) => ({ default: one.BySourceDialog })));

/** Where people meet the brand: the registry, and what came through each of its touch-points. */
export function TouchPointsSection() {
  const query = useQuery(touchPointsQuery);
  return (
    <QueryView query={query} quiet loading={<LoadingBlock lines={8} height={40} />}>
      {(list) => (
        <div className={css.stack}>
          <HeldNotice />
          <Figures list={list} />
          <Registry list={list} />
        </div>
      )}
    </QueryView>
  );
}

function Figures({ list }: { list: TouchPointList }) {
  const t = useT();
  const fmt = useFmt();
  const { figures: f } = t.touchPoints;
  const named = list.facts - list.without.facts;
  const share = list.facts > 0 ? f.share(fmt.percent(named / list.facts)) : undefined;
  return (
    <FigureStrip label={f.label}>
      <Figure name={f.facts} explain={<Explain name={f.facts} definition={f.factsHint} />} testId="facts">
        <CountCompact value={list.facts} />
      </Figure>
      <Figure name={f.named} note={share} testId="facts-named">
        <CountCompact value={named} />
      </Figure>
      <Figure name={f.without} explain={<Explain name={f.without} definition={f.withoutHint} />} testId="facts-without">
        <CountCompact value={list.without.facts} />
      </Figure>
    </FigureStrip>
  );
}

type Asked = { what: 'rename' | 'archive' | 'sources'; item: TouchPointItem };

function Registry({ list }: { list: TouchPointList }) {
  const t = useT();
  const { touchPoints: p } = t;
  const { locale } = useLocale();
  const can = useCan();
  const [archived, setArchived] = useState(false);
  const [creating, create] = useDisclosure(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const isArchived = ({ touch_point: one }: TouchPointItem) => one.archived_at !== null;
  const rows = list.items.filter((item) => isArchived(item) === archived);
  const columns = useColumns(setAsked);
  const file = () => ({
    name: 'touch-points.csv',
    columns: ['code', p.column.name, p.column.facts, p.column.met, p.column.followed, p.column.registered],
    rows: list.items.map(({ touch_point: one, counts }) => [
      one.code,
      nameOf(one, locale),
      counts.facts,
      counts.met,
      counts.followed,
      counts.registered,
    ]),
  });
  return (
    <Panel
      flush
      title={p.title}
      explain={<Explain name={p.title} definition={p.about} />}
      testId="touch-points"
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label={p.shown}
            value={archived ? 'archived' : 'open'}
            onChange={(next) => setArchived(next === 'archived')}
            data={[
              { value: 'open', label: p.open },
              { value: 'archived', label: p.archived },
            ]}
          />
          <DownloadCsv title={p.title} file={file} />
          {can('touch_points.manage') && (
            <Button size="xs" leftSection={<IconMapPinPlus size={14} />} onClick={create.open}>
              {p.create}
            </Button>
          )}
        </>
      }
    >
      <p className={css.note}>
        {p.sinceEver}
        {!can('touch_points.manage') && ` ${p.askManager(t.common.rights['touch_points.manage'])}`}
      </p>
      {rows.length === 0 ? (
        <p className={css.none}>{p.noneArchived}</p>
      ) : (
        <DataTable label={p.title} columns={columns} rows={rows} rowKey={({ touch_point: one }) => one.code} />
      )}
      <Suspense fallback={null}>
        {creating && <TouchPointDialog touchPoint={null} onClose={create.close} />}
        {asked?.what === 'rename' && <TouchPointDialog touchPoint={asked.item.touch_point} onClose={close} />}
        {asked?.what === 'sources' && (
          <BySourceDialog name={nameOf(asked.item.touch_point, locale)} counts={asked.item.counts} onClose={close} />
        )}
      </Suspense>
      {asked?.what === 'archive' && <ArchiveDialog touchPoint={asked.item.touch_point} onClose={close} />}
    </Panel>
  );
}

/** Messages that name it, scans of its codes too, are kept aside from then on: that is asked about first. */
function ArchiveDialog({ touchPoint, onClose }: { touchPoint: TouchPoint; onClose: () => void }) {
  const t = useT();
  const a = t.touchPoints.archive;
  const { locale } = useLocale();
  const queryClient = useQueryClient();
  const archive = useMutation({
    mutationFn: () => archiveTouchPoint(touchPoint.code),
    onSuccess: () => {
      queryClient.invalidateQueries({ queryKey: touchPointsQuery.queryKey });
      notify(a.done);
      onClose();
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  return (
    <ConfirmDialog
      danger
      title={a.title}
      text={a.text(nameOf(touchPoint, locale))}
      action={a.title}
      working={archive.isPending}
      onConfirm={() => archive.mutate()}
      onClose={onClose}
    />
  );
}

function useColumns(onAsk: (asked: Asked) => void): Column<TouchPointItem>[] {
  const t = useT();
  const fmt = useFmt();
  const { locale } = useLocale();
  const can = useCan();
  const queryClient = useQueryClient();
  const { column: c, ...p } = t.touchPoints;
  const restore = useMutation({
    mutationFn: restoreTouchPoint,
    onSuccess: () => {
      queryClient.invalidateQueries({ queryKey: touchPointsQuery.queryKey });
      notify(p.restore.done);
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  const columns: Column<TouchPointItem>[] = [
    {
      key: 'name',
      header: c.name,
      always: true,
      render: ({ touch_point: one }) => (
        <>
          <span className={css.name} translate="no">
            {nameOf(one, locale)}
          </span>
          <span className={`${css.code} mono`}>{one.code}</span>
        </>
      ),
    },
    {
      key: 'kind',
      header: c.kind,
      render: ({ touch_point: one }) => (
        <Chip tone={one.preset ? 'neutral' : 'primary'}>{one.preset ? p.preset : p.own}</Chip>
      ),
    },
    {
      key: 'facts',
      header: c.facts,
      numeric: true,
      render: (item) =>
        item.counts.facts === 0 ? (
          '0'
        ) : (
          <LinkButton
            label={p.bySource.open(nameOf(item.touch_point, locale), fmt.count(item.counts.facts))}
            onClick={() => onAsk({ what: 'sources', item })}
          >
            {fmt.count(item.counts.facts)}
          </LinkButton>
        ),
    },
    { key: 'met', header: c.met, numeric: true, render: ({ counts }) => fmt.count(counts.met) },
    { key: 'followed', header: c.followed, numeric: true, render: ({ counts }) => fmt.count(counts.followed) },
    { key: 'registered', header: c.registered, numeric: true, render: ({ counts }) => fmt.count(counts.registered) },
    {
      key: 'last',
      header: c.last,
      numeric: true,
      render: ({ counts }) =>
        counts.last_at ? <When at={counts.last_at} relative /> : <span className="muted">{p.nothingYet}</span>,
    },
  ];
  if (!can('touch_points.manage')) return columns;
  const tools: Column<TouchPointItem> = {
    key: 'tools',
    header: c.tools,
    render: (item) => {
      const name = nameOf(item.touch_point, locale);
      return (
        <span className={css.rowTools}>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={p.rename.of(name)}
            onClick={() => onAsk({ what: 'rename', item })}
          >
            {p.rename.action}
          </Button>
          {item.touch_point.archived_at === null ? (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={p.archive.of(name)}
              onClick={() => onAsk({ what: 'archive', item })}
            >
              {p.archive.action}
            </Button>
          ) : (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={p.restore.of(name)}
              loading={restore.isPending && restore.variables === item.touch_point.code}
              onClick={() => restore.mutate(item.touch_point.code)}
            >
              {p.restore.action}
            </Button>
          )}
        </span>
      );
    },
  };
  return [...columns, tools];
}
