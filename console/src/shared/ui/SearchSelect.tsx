import { lazy, Suspense } from 'react';
import { LoadingBlock } from './StateView';
import type { TextSelectProps } from './TextSelect';

/** What a label and a field take: the dialog does not move when the field comes. */
const FIELD_PX = 60;

/** What draws it comes when the first one opens: few visits need it. */
const TextSelect = lazy(() => import('./TextSelect').then((module) => ({ default: module.TextSelect })));

/** One of many, found by typing. */
export function SearchSelect(props: TextSelectProps) {
  return (
    <Suspense fallback={<LoadingBlock height={FIELD_PX} />}>
      <TextSelect {...props} />
    </Suspense>
  );
}
