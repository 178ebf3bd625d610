import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useCan } from '@/access/me';
import { NotFoundView } from '@/app/Fallbacks';
import { StateChip } from '@/codes/parts';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { Explain } from '@/shared/ui/Explain';
import { Fact, Facts } from '@/shared/ui/Facts';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Later } from '@/shared/ui/Later';
import { Notice } from '@/shared/ui/Notice';
import { notify } from '@/shared/ui/notify';
import { BackNav, PageHeader, Panel } from '@/shared/ui/Panel';
import { errorText, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { CountCompact } from '@/shared/ui/Values';
import { useTouchPoints } from '@/touchPoints/useTouchPoints';
import { batchesQuery, pauseBatch, resumeBatch } from './api';
import { shareText } from './batchForm';
import type { UnitBatch, UnitBatchItem } from './types';
import { UnitScansPanel } from './UnitScansPanel';
import css from './units.module.css';

/** One batch: how many packages are claimed, and every scan of their codes. */
export function UnitBatchPage() {
  const t = useT();
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(batchesQuery);
  const item = query.data?.find(({ batch }) => batch.id === id);
  useDocumentTitle(item ? `${item.batch.product} · ${t.units.title}` : t.units.title);
  return (
    <QueryView query={query} quiet loading={<LoadingBlock lines={3} height={100} />}>
      {() => (item ? <View key={id} item={item} /> : <NotFoundView />)}
    </QueryView>
  );
}

function View({ item }: { item: UnitBatchItem }) {
  const t = useT();
  const fmt = useFmt();
  const u = t.units;
  const can = useCan();
  const { batch } = item;
  return (
    <div data-testid="unit-batch" data-state={batch.state}>
      <BackNav label={u.title}>
        <Link to="/codes/units">← {u.title}</Link>
      </BackNav>
      <PageHeader
        title={<span translate="no">{batch.product}</span>}
        meta={
          <>
            <StateChip state={batch.state} />
            <span translate="no">{batch.sku}</span>
            <span>
              {u.column.batchNo} <span translate="no">{batch.batch_no}</span>
            </span>
            <span>{u.page.created(fmt.day(batch.created_at))}</span>
          </>
        }
        actions={can('touch_points.manage') && <BatchActions batch={batch} />}
      />
      <div className={css.stack}>
        {batch.state === 'paused' && (
          <div className={css.notice}>
            <Notice tone="warning">{u.page.paused}</Notice>
          </div>
        )}
        <BatchFigures item={item} />
        <About batch={batch} />
        <Later>
          <UnitScansPanel id={batch.id} />
        </Later>
      </div>
    </div>
  );
}

function BatchFigures({ item }: { item: UnitBatchItem }) {
  const t = useT();
  const fmt = useFmt();
  const { column: c, figures: f } = t.units;
  const { units } = item.batch;
  return (
    <FigureStrip label={f.label}>
      <Figure name={c.units} testId="batch-units">
        <CountCompact value={units} />
      </Figure>
      <Figure
        name={c.claimed}
        explain={<Explain name={c.claimed} definition={f.claimed} />}
        note={f.share(shareText(fmt, item.claimed, units))}
        testId="batch-claimed"
      >
        <CountCompact value={item.claimed} />
      </Figure>
      <Figure name={f.left} testId="batch-left">
        <CountCompact value={units - item.claimed} />
      </Figure>
      <Figure name={c.used} explain={<Explain name={c.used} definition={f.used} />} testId="batch-used">
        <CountCompact value={item.already_used} />
      </Figure>
      <Figure name={c.paused} explain={<Explain name={c.paused} definition={f.paused} />} testId="batch-paused">
        <CountCompact value={item.scanned_while_paused} />
      </Figure>
    </FigureStrip>
  );
}

function About({ batch }: { batch: UnitBatch }) {
  const t = useT();
  const fmt = useFmt();
  const { page: p, column: c, form: f, ...u } = t.units;
  const { nameOf } = useTouchPoints();
  return (
    <Panel title={p.about} testId="batch-about">
      <Facts>
        <Fact name={c.touchPoint}>
          <span translate="no">{nameOf(batch.touch_point)}</span>
        </Fact>
        <Fact name={c.reward}>
          <span translate="no">{u.rewardOf(batch.reward_name, fmt.count(batch.reward_amount))}</span>
        </Fact>
      </Facts>
      <p className="muted">{f.recorded}</p>
      <p className="muted">{p.noRevoke}</p>
    </Panel>
  );
}

function BatchActions({ batch }: { batch: UnitBatch }) {
  const t = useT();
  const u = t.units;
  const queryClient = useQueryClient();
  const [asks, setAsks] = useState(false);
  const set = useMutation({
    mutationFn: (what: 'pause' | 'resume') => (what === 'pause' ? pauseBatch(batch.id) : resumeBatch(batch.id)),
    onSuccess: async (_, what) => {
      await queryClient.invalidateQueries({ queryKey: batchesQuery.queryKey });
      notify(u[what].done);
      setAsks(false);
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  return (
    <>
      {batch.state === 'paused' ? (
        <Button onClick={() => set.mutate('resume')} loading={set.isPending} aria-label={u.resume.title}>
          {u.resume.action}
        </Button>
      ) : (
        <Button variant="default" onClick={() => setAsks(true)} aria-label={u.pause.title}>
          {u.pause.action}
        </Button>
      )}
      {asks && (
        <ConfirmDialog
          danger
          title={u.pause.title}
          text={u.pause.text(batch.product, batch.batch_no)}
          action={u.pause.title}
          working={set.isPending}
          onConfirm={() => set.mutate('pause')}
          onClose={() => setAsks(false)}
        />
      )}
    </>
  );
}
