import { expect, it } from 'vitest';
import { formOf, settingsOf, sourceOf } from './order';

const sources = {
  order: ['staff', 'imported', 'other'],
  sources: [{ source: 'src_1', origin: 'staff' }],
  version: 2,
};

it('an order and its form say the same', () => {
  const { version: _, ...settings } = sources;
  expect(settingsOf(formOf(sources))).toEqual(settings);
  expect(sourceOf('source:src_1')).toBe('src_1');
  expect(sourceOf('order')).toBeNull();
});
