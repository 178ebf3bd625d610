import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import { NotFoundView } from '@/app/Fallbacks';
import type { Search } from '@/app/search';
import { profileQuery } from '@/customers/api';
import { maskedName, useCustomerName } from '@/customers/name';
import type { CustomerProfile } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { BackNav, PageHeader } from '@/shared/ui/Panel';
import { ForbiddenView, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { FindOther } from './FindOther';
import { PreviewSection } from './PreviewSection';

/** Two customers become one: the other is found, both are compared, then they are merged. Ids alone are in the address. */
export function MergePage() {
  const m = useT().identity.merge;
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(profileQuery(id));
  useDocumentTitle(query.data ? `${m.title} · ${maskedName(query.data.row)}` : m.title);
  if (!useCan()('customers.merge'))
    return (
      <>
        <PageHeader title={m.title} />
        <ForbiddenView right="customers.merge" />
      </>
    );
  return (
    <QueryView
      query={query}
      loading={<LoadingBlock lines={4} height={80} />}
      onError={(error) => (error.status === 404 ? <NotFoundView /> : null)}
    >
      {(profile) => <MergeView key={profile.row.id} profile={profile} />}
    </QueryView>
  );
}

function MergeView({ profile: { row } }: { profile: CustomerProfile }) {
  const m = useT().identity.merge;
  const name = useCustomerName()(row);
  const { with: other, keep } = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const choose = (search: { with?: string; keep?: string }) => navigate({ to: '.', search, resetScroll: false });
  return (
    <>
      <BackNav label={m.title}>
        <Link to="/customers/$id" params={{ id: row.id }}>
          ← {m.back(name)}
        </Link>
      </BackNav>
      <PageHeader title={m.heading(name)} />
      {other ? (
        <PreviewSection
          id={row.id}
          other={other}
          keep={keep ?? null}
          onKeep={(wanted) => choose({ with: other, ...(wanted ? { keep: wanted } : {}) })}
          onOther={() => choose({})}
        />
      ) : (
        <FindOther id={row.id} onChoose={(chosen) => choose({ with: chosen })} />
      )}
    </>
  );
}
