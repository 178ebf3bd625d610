import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { zh } from '@/shared/i18n/zh';
import { removedByPlace } from './places';

it('places are in the order of the documents, unknown ones last, empty ones not at all', () => {
  expect(removedByPlace({ uploads: 1, something_new: 2, customers: 1, traits: 0 })).toEqual([
    { place: 'customers', count: 1 },
    { place: 'uploads', count: 1 },
    { place: 'something_new', count: 2 },
  ]);
});

it('every place of the documents has a word', () => {
  const rows = readFileSync('../docs/privacy.md', 'utf8').matchAll(/^\| [^|]+ \| [^|]+ \| ((?:`\w+`(?:, )?)+) \|$/gm);
  const documented = [...rows].flatMap(([, figures = '']) => [...figures.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect(documented.length).toBeGreaterThan(15);
  expect(Object.keys(zh.privacy.places).sort()).toEqual(documented.sort());
});
