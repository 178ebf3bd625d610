import { cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MeProvider } from '@/access/me';
import type { Me } from '@/shared/api/types';
import { draftKey, findDraft } from './store';
import { useFoundDraft, useKeptDraft } from './useDraft';

beforeEach(() => sessionStorage.clear());
afterEach(cleanup);

function open(person: string, value: object | null) {
  const wrapper = ({ children }: { children: ReactNode }) => (
    <MeProvider me={{ id: person } as Me}>{children}</MeProvider>
  );
  return renderHook(
    (current: object | null) => {
      const found = useFoundDraft<object>('form');
      return { found, ...useKeptDraft('form', current, found) };
    },
    { wrapper, initialProps: value },
  );
}

it('what was typed is there when the form opens again, and gone once there is nothing to save', () => {
  const first = open('usr_1', null);
  expect(first.result.current.restoredAt).toBeNull();
  first.rerender({ name: 'a' });
  first.rerender({ name: 'ab' });
  first.unmount();
  const again = open('usr_1', { name: 'ab' });
  expect(again.result.current.found?.value).toEqual({ name: 'ab' });
  expect(again.result.current.restoredAt).not.toBeNull();
  again.rerender(null);
  expect(again.result.current.restoredAt).toBeNull();
  // What is typed after that is new, not restored.
  again.rerender({ name: 'c' });
  expect(again.result.current.restoredAt).toBeNull();
});

it('a draft that was saved or discarded does not come back with the next look at it', () => {
  const form = open('usr_1', { name: 'a' });
  form.result.current.drop();
  form.rerender({ name: 'a' });
  expect(findDraft(draftKey('usr_1', 'form'))).toBeNull();
});

it('a draft is for the person who made it', () => {
  open('usr_1', { name: 'a' }).unmount();
  expect(open('usr_2', null).result.current.found).toBeNull();
});

it('something else in the storage is no draft', () => {
  sessionStorage.setItem(draftKey('usr_1', 'form'), 'not json');
  expect(findDraft(draftKey('usr_1', 'form'))).toBeNull();
});
