import { lazy, Suspense } from 'react';
import { withWords } from '@/shared/i18n';
import { LoadingBlock } from '@/shared/ui/StateView';

// The pages of segments, for the router: one small part that knows the others, so that the first download of every page does not
// list what each of them needs.

const load = {
  list: () => import('./SegmentsPage').then((module) => ({ default: module.SegmentsPage })),
  one: () => import('./SegmentPage').then((module) => ({ default: module.SegmentPage })),
  editor: () =>
    withWords(['segmentEditor'], import('./editor/EditorPage')).then((module) => ({ default: module.EditorPage })),
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
export const SegmentEditor = pageOf(lazy(load.editor));
