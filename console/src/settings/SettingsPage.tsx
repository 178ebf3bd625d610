import { Link, useParams } from '@tanstack/react-router';
import { type ComponentType, lazy, Suspense, useEffect, useRef } from 'react';
import { type Right, useCan } from '@/access/me';
import { NotFoundView } from '@/app/Fallbacks';
import { useT, withWords } from '@/shared/i18n';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { PageHeader } from '@/shared/ui/Panel';
import { ForbiddenView, LoadingBlock } from '@/shared/ui/StateView';
import css from './settings.module.css';

const AccountSection = lazy(() => import('./AccountSection').then((module) => ({ default: module.AccountSection })));
/** It tells of everything, mostly in the words of what it tells of; where that is one word, it has its own. */
const AuditSection = lazy(() =>
  withWords(['audit', 'sources', 'plans', 'consent', 'privacy', 'webhooks'], import('./audit/AuditSection')).then(
    (module) => ({
      default: module.AuditSection,
    }),
  ),
);
const BrandSection = lazy(() => import('./BrandSection').then((module) => ({ default: module.BrandSection })));
const FieldsSection = lazy(() =>
  withWords(['fields', 'fieldRegistry'], import('@/fields/registry/FieldsSection')).then((module) => ({
    default: module.FieldsSection,
  })),
);
/** With the classes of information. */
const InventorySection = lazy(() =>
  withWords(['inventory', 'fields'], import('@/inventory/InventorySection')).then((module) => ({
    default: module.InventorySection,
  })),
);
const JobsSection = lazy(() =>
  withWords(['jobs'], import('./JobsSection')).then((module) => ({ default: module.JobsSection })),
);
/** With what is asked of people, by consent. */
const PrivacySection = lazy(() =>
  withWords(['privacy', 'consent'], import('@/privacy/PrivacySection')).then((module) => ({
    default: module.PrivacySection,
  })),
);
/** With the names of the stages, as profiles show them. */
const StagesSection = lazy(() =>
  withWords(['stages', 'journey'], import('@/stages/StagesSection')).then((module) => ({
    default: module.StagesSection,
  })),
);
const SystemSection = lazy(() =>
  withWords(['system'], import('./SystemSection')).then((module) => ({ default: module.SystemSection })),
);
const TagsSection = lazy(() =>
  withWords(['tagRegistry'], import('@/tags/registry/TagsSection')).then((module) => ({
    default: module.TagsSection,
  })),
);
/** With who sees which stores. */
const TeamSection = lazy(() =>
  withWords(['scope', 'team'], import('./TeamSection')).then((module) => ({ default: module.TeamSection })),
);
const TokensSection = lazy(() =>
  withWords(['tokens'], import('./TokensSection')).then((module) => ({ default: module.TokensSection })),
);
const TopicsSection = lazy(() =>
  withWords(['topics'], import('@/topics/TopicsSection')).then((module) => ({ default: module.TopicsSection })),
);
const TouchPointsSection = lazy(() =>
  withWords(['touchPoints'], import('@/touchPoints/TouchPointsSection')).then((module) => ({
    default: module.TouchPointsSection,
  })),
);
/** With the classes of fields, which questions fill. */
const UsageCardsSection = lazy(() =>
  withWords(['usageCards', 'fields'], import('@/usageCards/UsageCardsSection')).then((module) => ({
    default: module.UsageCardsSection,
  })),
);
const WebhooksSection = lazy(() =>
  withWords(['webhooks'], import('@/webhooks/WebhooksSection')).then((module) => ({ default: module.WebhooksSection })),
);

/** Without a right: for everybody who is signed in. */
const SECTIONS = [
  { key: 'account', right: null, Component: AccountSection },
  { key: 'brand', right: 'settings.read', Component: BrandSection },
  { key: 'team', right: 'access.manage', Component: TeamSection },
  { key: 'tokens', right: 'access.manage', Component: TokensSection },
  { key: 'privacy', right: 'privacy.read', Component: PrivacySection },
  { key: 'inventory', right: 'value.read', Component: InventorySection },
  { key: 'touch-points', right: 'touch_points.read', Component: TouchPointsSection },
  { key: 'fields', right: 'customers.read', Component: FieldsSection },
  { key: 'tags', right: 'customers.read', Component: TagsSection },
  { key: 'usage-cards', right: 'customers.read', Component: UsageCardsSection },
  { key: 'stages', right: 'settings.read', Component: StagesSection },
  { key: 'topics', right: 'customers.read', Component: TopicsSection },
  { key: 'webhooks', right: 'webhooks.read', Component: WebhooksSection },
  { key: 'jobs', right: 'jobs.manage', Component: JobsSection },
  { key: 'audit', right: 'audit.read', Component: AuditSection },
  { key: 'system', right: 'settings.read', Component: SystemSection },
] as const satisfies { key: string; right: Right | null; Component: ComponentType }[];

export function SettingsPage() {
  const t = useT();
  const can = useCan();
  const params = useParams({ strict: false }) as { section?: string };
  const active = SECTIONS.find((section) => section.key === (params.section ?? 'brand'));
  const activeRef = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    // On a phone the sections lie in one line, and the chosen one may be out of sight.
    if (active) activeRef.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [active]);
  useDocumentTitle(active ? `${t.settings.sections[active.key]} · ${t.settings.title}` : t.settings.title);
  if (!active) return <NotFoundView />;
  return (
    <>
      <PageHeader title={t.settings.title} />
      <div className={css.layout}>
        <nav aria-label={t.settings.sectionsLabel}>
          <ul className={css.sections}>
            {SECTIONS.filter(({ right }) => right === null || can(right)).map(({ key }) => (
              <li key={key}>
                <Link
                  ref={key === active.key ? activeRef : undefined}
                  to="/settings/$section"
                  params={{ section: key }}
                  aria-current={key === active.key ? 'page' : undefined}
                  data-active={key === active.key || undefined}
                >
                  {t.settings.sections[key]}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className={css.content}>
          {active.right === null || can(active.right) ? (
            <Suspense fallback={<LoadingBlock lines={6} height={48} />}>
              <active.Component />
            </Suspense>
          ) : (
            <ForbiddenView right={active.right} />
          )}
        </div>
      </div>
    </>
  );
}
