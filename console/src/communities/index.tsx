import { useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { LoadingBlock } from '@/shared/ui/StateView';

// The pages of communities, for the router: each comes when it is opened.

const List = lazy(() => import('./CommunitiesPage').then((module) => ({ default: module.CommunitiesPage })));
const One = lazy(() => import('./CommunityPage').then((module) => ({ default: module.CommunityPage })));

export function CommunityPages() {
  const { code } = useParams({ strict: false }) as { code?: string };
  return (
    <Suspense fallback={<LoadingBlock lines={6} height={40} />}>
      {code === undefined ? <List /> : <One key={code} code={code} />}
    </Suspense>
  );
}
