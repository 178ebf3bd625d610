import { lazy, Suspense } from 'react';
import { withWords } from '@/shared/i18n';
import { LoadingBlock } from '@/shared/ui/StateView';

// The pages of forms, for the router: one small part that knows the others, so that the first download of every page does not
// list what each of them needs.

const load = {
  list: () => withWords(['codes'], import('./FormsPage')).then((module) => ({ default: module.FormsPage })),
  one: () => import('./FormPage').then((module) => ({ default: module.FormPage })),
  editor: () =>
    withWords(['formEditor', 'fields'], import('./editor/EditorPage')).then((module) => ({
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

export const FormsPage = pageOf(lazy(load.list));
export const FormPage = pageOf(lazy(load.one));
export const FormEditor = pageOf(lazy(load.editor));
