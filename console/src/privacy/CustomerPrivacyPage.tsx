import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ConsentPanel } from '@/consent/ConsentPanel';
import { profileQuery } from '@/customers/api';
import { maskedName, useCustomerName } from '@/customers/name';
import type { CustomerProfile } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { BackNav, PageHeader } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { NobodyThere } from './ErasedView';
import { PrivacyPanel } from './PrivacyPanel';
import css from './privacy.module.css';

/** What somebody agreed to, and what they may ask for: beside the profile, which most visits are about. */
export function CustomerPrivacyPage() {
  const p = useT().privacy.page;
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(profileQuery(id));
  useDocumentTitle(query.data ? `${p.title} · ${maskedName(query.data.row)}` : p.title);
  return (
    <QueryView
      query={query}
      loading={<LoadingBlock lines={4} height={80} />}
      onError={(error) => (error.status === 404 ? <NobodyThere id={id} /> : null)}
    >
      {(profile) => <Asked key={profile.row.id} profile={profile} />}
    </QueryView>
  );
}

function Asked({ profile }: { profile: CustomerProfile }) {
  const p = useT().privacy.page;
  const { row } = profile;
  const name = useCustomerName()(row);
  return (
    <>
      <BackNav label={p.title}>
        <Link to="/customers/$id" params={{ id: row.id }}>
          ← {p.back(name)}
        </Link>
      </BackNav>
      <PageHeader title={p.heading(name)} />
      <div className={css.asked}>
        <ConsentPanel id={row.id} />
        <PrivacyPanel profile={profile} />
      </div>
    </>
  );
}
