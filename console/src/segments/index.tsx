import { lazy, Suspense } from 'react';
import { withWords } from '@/shared/i18n';
import { LoadingBlock } from '@/shared/ui/StateView';

// The pages of segments, for the router: one small part that knows the others, so that the first download of every page does not
// list what each of them needs.

const load = {
  list: () => import('./SegmentsPage').then((module) => ({ default: module.SegmentsPage })),
  one: () => withWords(['segmentInsight'], import('./SegmentPage')).then((module) => ({ default: module.SegmentPage })),
  compare: () =>
    withWords(['segmentInsight'], import('./compare/ComparePage')).then((module) => ({ default: module.ComparePage })),
  editor: () =>
    withWords(['segmentEditor', 'segmentInsight', 'ruleBuilder'], import('./editor/EditorPage')).then((module) => ({
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

export const SegmentsPage = pageOf(lazy(load.list));
export const SegmentPage = pageOf(lazy(load.one));
export const ComparePage = pageOf(lazy(load.compare));
export const SegmentEditor = pageOf(lazy(load.editor));
