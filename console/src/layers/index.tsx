import { lazy, Suspense } from 'react';
import { withWords } from '@/shared/i18n';
import { LoadingBlock } from '@/shared/ui/StateView';

// The pages of layers, for the router, as those of segments.

const load = {
  list: () => import('./LayersPage').then((module) => ({ default: module.LayersPage })),
  one: () =>
    withWords(['segments', 'segmentInsight'], import('./LayerPage')).then((module) => ({ default: module.LayerPage })),
  editor: () =>
    withWords(['segments', 'segmentEditor', 'ruleBuilder'], import('./editor/EditorPage')).then((module) => ({
      default: module.EditorPage,
    })),
};

function pageOf(Page: ReturnType<typeof lazy>) {
  return () => (
    <Suspense fallback={<LoadingBlock lines={6} height={40} />}>
      <Page />
    </Suspense>
  );
}

export const LayersPage = pageOf(lazy(load.list));
export const LayerPage = pageOf(lazy(load.one));
export const LayerEditor = pageOf(lazy(load.editor));
