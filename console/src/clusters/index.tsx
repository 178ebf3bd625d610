import { useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { LoadingBlock } from '@/shared/ui/StateView';

// The pages of clusters, for the router: each comes when it is opened.

const List = lazy(() => import('./ClusteringsPage').then((module) => ({ default: module.ClusteringsPage })));
const New = lazy(() => import('./NewClusteringPage').then((module) => ({ default: module.NewClusteringPage })));
const One = lazy(() => import('./ClusteringPage').then((module) => ({ default: module.ClusteringPage })));

export function ClusterPages() {
  const { id } = useParams({ strict: false }) as { id?: string };
  return (
    <Suspense fallback={<LoadingBlock lines={6} height={40} />}>
      {id === undefined ? <List /> : id === 'new' ? <New /> : <One key={id} id={id} />}
    </Suspense>
  );
}
