import { useQuery } from '@tanstack/react-query';
import { Link, useLocation, useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { CustomerProfile } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT, withWords } from '@/shared/i18n';
import { RevealButton } from '@/shared/privacy/Personal';
import { useReveal } from '@/shared/privacy/Privacy';
import { Chip } from '@/shared/ui/Chip';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Later } from '@/shared/ui/Later';
import { Notice } from '@/shared/ui/Notice';
import { BackNav, PageHeader } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { profileQuery } from '../api';
import { customerName, maskedName } from '../name';
import { ActivityPanel } from './ActivityPanel';
import { ProfileFigures } from './ProfileFigures';
import css from './profile.module.css';
import { IdentityPanel, TraitPanel } from './SidePanels';
import { PredictionPanel, ValuePanel } from './ValuePanel';

/** What comes below the first screen, with its words: the page is there before. */
const SpendingPanel = lazy(() =>
  withWords(['journey'], import('@/journey/SpendingPanel')).then((module) => ({ default: module.SpendingPanel })),
);
const ProfileTabs = lazy(() =>
  withWords(['journey'], import('@/journey/ProfileTabs')).then((module) => ({ default: module.ProfileTabs })),
);
/** Who looks at a customer seldom asks who said that it is one. */
const MergesPanel = lazy(() =>
  withWords(['identity'], import('@/identity/MergesPanel')).then((module) => ({ default: module.MergesPanel })),
);
const InformationPanel = lazy(() =>
  withWords(['fields'], import('@/fields/InformationPanel')).then((module) => ({ default: module.InformationPanel })),
);
const TagsPanel = lazy(() =>
  withWords(['tags'], import('@/tags/TagsPanel')).then((module) => ({ default: module.TagsPanel })),
);
const NobodyThere = lazy(() =>
  withWords(['privacy'], import('@/privacy/ErasedView')).then((module) => ({ default: module.NobodyThere })),
);

export function ProfilePage() {
  const t = useT();
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(profileQuery(id));
  useDocumentTitle(query.data ? maskedName(query.data.row) : t.customers.profile.title);
  return (
    <QueryView
      query={query}
      loading={<LoadingBlock lines={5} height={96} />}
      onError={(error) =>
        error.status === 404 ? (
          <Suspense fallback={<LoadingBlock lines={3} height={80} />}>
            <NobodyThere id={id} />
          </Suspense>
        ) : null
      }
    >
      {(profile) => <Profile key={id} id={id} profile={profile} />}
    </QueryView>
  );
}

function Profile({ id, profile }: { id: string; profile: CustomerProfile }) {
  const t = useT();
  const fmt = useFmt();
  const { row, value } = profile;
  const called = customerName(row);
  const { text: name, ...reveal } = useReveal(called.kind, called.value);
  const list = useLocation({ select: (location) => location.state.list });
  return (
    <>
      <BackNav label={t.customers.title}>
        <Link to="/customers" search={list?.search ?? {}} state={{ cursors: list?.cursors }}>
          ← {t.customers.title}
        </Link>
      </BackNav>
      <PageHeader
        title={name}
        aside={<RevealButton name={t.common.identifiers.name} reveal={reveal} />}
        meta={
          <>
            {row.rfm && (
              <Link to="/customers" search={{ group: row.rfm.group }}>
                <Chip tone="primary">{lookup(t.common.groups, row.rfm.group)}</Chip>
              </Link>
            )}
            <span>{t.customers.profile.number(String(profile.number))}</span>
            <span>{t.customers.profile.since(fmt.day(profile.created_at))}</span>
            {value && <span>{t.common.valuesAsOf(value.as_of)}</span>}
          </>
        }
      />
      {id !== row.id && (
        <div className={css.redirected} data-testid="redirected">
          <Notice tone="info">{t.customers.profile.redirected(id)}</Notice>
        </div>
      )}
      <ProfileFigures profile={profile} />
      <div className={css.columns}>
        <div className={css.main}>
          <ValuePanel value={value} />
          <Later>
            <Suspense fallback={<LoadingBlock lines={3} height={96} />}>
              <SpendingPanel id={row.id} name={name} />
              <ProfileTabs id={row.id} />
            </Suspense>
          </Later>
        </div>
        <div className={css.side}>
          {value && <PredictionPanel value={value} />}
          <ActivityPanel activity={profile.activity} />
          <IdentityPanel profile={profile} />
          <Later>
            <Suspense fallback={null}>
              <TagsPanel id={row.id} />
              <InformationPanel id={row.id} information={profile.information} />
              <MergesPanel id={row.id} />
            </Suspense>
          </Later>
          <TraitPanel profile={profile} />
        </div>
      </div>
    </>
  );
}
