import { useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { LoadingBlock } from '@/shared/ui/StateView';

// The pages of contents by layer, for the router: each comes when it is opened.

const List = lazy(() => import('./MatricesPage').then((module) => ({ default: module.MatricesPage })));
const One = lazy(() => import('./MatrixPage').then((module) => ({ default: module.MatrixPage })));

export function MatrixPages() {
  const { code } = useParams({ strict: false }) as { code?: string };
  return (
    <Suspense fallback={<LoadingBlock lines={6} height={40} />}>
      {code === undefined ? <List /> : <One key={code} code={code} />}
    </Suspense>
  );
}
