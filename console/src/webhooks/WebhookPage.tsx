import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useCan } from '@/access/me';
import { NotFoundView } from '@/app/Fallbacks';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Later } from '@/shared/ui/Later';
import { Notice } from '@/shared/ui/Notice';
import { BackNav, PageHeader, Panel } from '@/shared/ui/Panel';
import { ForbiddenView, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { CountCompact } from '@/shared/ui/Values';
import { AttemptsPanel } from './AttemptsPanel';
import { webhookQuery } from './api';
import { DeliveriesPanel } from './DeliveriesPanel';
import { HealthChip } from './HealthChip';
import { healthOf, nameOf } from './health';
import { TestNotice } from './TestNotice';
import type { Webhook, WebhookCounts, WebhookItem } from './types';
import { useResume, WebhookActions } from './WebhookActions';
import css from './webhooks.module.css';

/** One endpoint: how it is, what was sent to it, what became of that, and what somebody can do about it. */
export function WebhookPage() {
  const t = useT();
  const can = useCan();
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({ ...webhookQuery(id), enabled: can('webhooks.read') });
  useDocumentTitle(query.data ? `${nameOf(query.data.webhook)} · ${t.webhooks.title}` : t.webhooks.title);
  if (!can('webhooks.read'))
    return (
      <>
        <PageHeader title={t.webhooks.title} />
        <ForbiddenView right="webhooks.read" />
      </>
    );
  return (
    <QueryView
      query={query}
      quiet
      loading={<LoadingBlock lines={3} height={100} />}
      onError={(error) => (error.status === 404 ? <NotFoundView /> : null)}
    >
      {(item) => <View key={id} item={item} />}
    </QueryView>
  );
}

function View({ item: { webhook, counts } }: { item: WebhookItem }) {
  const t = useT();
  const fmt = useFmt();
  const w = t.webhooks;
  const can = useCan();
  const [tested, setTested] = useState<string | null>(null);
  return (
    <div data-testid="webhook" data-health={healthOf(webhook)}>
      <BackNav label={w.title}>
        <Link to="/settings/$section" params={{ section: 'webhooks' }}>
          ← {w.title}
        </Link>
      </BackNav>
      <PageHeader
        title={<span translate="no">{nameOf(webhook)}</span>}
        meta={
          <>
            <HealthChip webhook={webhook} />
            <span className={`${css.url} mono`} translate="no">
              {webhook.url}
            </span>
            <span>{w.page.created(fmt.day(webhook.created_at))}</span>
          </>
        }
        actions={can('webhooks.manage') && <WebhookActions webhook={webhook} counts={counts} onTested={setTested} />}
      />
      <p className="visually-hidden" role="status">
        {w.health[healthOf(webhook)]}
      </p>
      <div className={css.stack}>
        <HealthNotice webhook={webhook} counts={counts} />
        {tested && <TestNotice key={tested} id={webhook.id} eventId={tested} onClose={() => setTested(null)} />}
        {webhook.earlier_secret_valid_until && (
          <Said tone="info">{w.page.grace(fmt.listTime(webhook.earlier_secret_valid_until))}</Said>
        )}
        <Figures counts={counts} />
        <DeliveriesPanel webhook={webhook} counts={counts} />
        <Later>
          <AttemptsPanel id={webhook.id} />
          <Subscription webhook={webhook} />
        </Later>
      </div>
    </div>
  );
}

function Said({ tone, title, children }: { tone: 'info' | 'warning' | 'danger'; title?: string; children: ReactNode }) {
  return (
    <div className={css.notice}>
      <Notice tone={tone} title={title}>
        {children}
      </Notice>
    </div>
  );
}

/** Why nothing arrives, since when, what becomes of what happens meanwhile, and the way on. */
function HealthNotice({ webhook, counts }: { webhook: Webhook; counts: WebhookCounts }) {
  const t = useT();
  const fmt = useFmt();
  const n = t.webhooks.notices;
  const can = useCan();
  const resume = useResume(webhook.id);
  const health = healthOf(webhook);
  if (health === 'active') return null;
  if (health === 'failing')
    return (
      <Said tone="warning" title={n.failingTitle(fmt.listTime(webhook.failing_since ?? webhook.created_at))}>
        <p>{n.failingText}</p>
      </Said>
    );
  const at = fmt.listTime(webhook.paused_at ?? webhook.created_at);
  return (
    <Said tone={health === 'paused' ? 'warning' : 'danger'} title={n[health].title(at)}>
      <p>{n[health].text}</p>
      <p>{n.waits(fmt.count(counts.waiting))}</p>
      {can('webhooks.manage') && (
        <Button size="xs" mt={8} variant="default" loading={resume.isPending} onClick={() => resume.mutate()}>
          {t.webhooks.resume.title}
        </Button>
      )}
    </Said>
  );
}

function Figures({ counts }: { counts: WebhookCounts }) {
  const { figures: f, column: c } = useT().webhooks;
  return (
    <FigureStrip label={f.label}>
      <Figure name={c.delivered} testId="webhook-delivered" note={f.days}>
        <CountCompact value={counts.delivered} />
      </Figure>
      <Figure name={c.waiting} testId="webhook-waiting" explain={<Explain name={c.waiting} definition={f.waiting} />}>
        <CountCompact value={counts.waiting} />
      </Figure>
      <Figure name={c.failed} testId="webhook-failed" explain={<Explain name={c.failed} definition={f.failed} />}>
        <CountCompact value={counts.failed} />
      </Figure>
      <Figure name={c.expired} testId="webhook-expired" explain={<Explain name={c.expired} definition={f.expired} />}>
        <CountCompact value={counts.expired} />
      </Figure>
    </FigureStrip>
  );
}

function Subscription({ webhook }: { webhook: Webhook }) {
  const t = useT();
  const { page: p, events } = t.webhooks;
  return (
    <Panel title={p.subscription} testId="subscription">
      <ul className={css.chips}>
        {webhook.event_types.map((type) => (
          <li key={type}>
            <Chip>{lookup(events, type)}</Chip>
          </li>
        ))}
      </ul>
      <p className={css.hint}>{webhook.with_imports ? p.withImports : p.withoutImports}</p>
      <p className={css.hint}>{p.verify}</p>
    </Panel>
  );
}
