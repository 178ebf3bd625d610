import { describe, expect, it } from 'vitest';
import type { LayerItem } from '@/layers/types';
import { en } from '@/shared/i18n/en';
import {
  CONTENT,
  contentFaults,
  contentsOf,
  differenceOf,
  formOf,
  lacksOf,
  moveOf,
  readOf,
  saidContents,
  settingsOf,
  toggled,
  typedOf,
} from './grid';
import { atOf, entriesOf, faultsOf, formOf as formOfPriorities, saidEntries, sentOf } from './priorities/priorityForm';
import type { Matrix, MatrixContent, Priorities } from './types';

const content = (code: string, ...stages: string[]): MatrixContent => ({
  code,
  name: code.toUpperCase(),
  url: null,
  stages,
});
const STAGES = ['new', 'often', 'gone_quiet'].map((code) => ({ code }));

describe('the grid of a matrix', () => {
  it('turns a cell over, in the order of the layer', () => {
    const all = [content('tea', 'gone_quiet'), content('cup')];
    expect(toggled(all, 'tea', 'new', STAGES)[0]?.stages).toEqual(['new', 'gone_quiet']);
    expect(toggled(all, 'tea', 'gone_quiet', STAGES)[0]?.stages).toEqual([]);
    expect(toggled(all, 'tea', 'new', STAGES)[1]).toBe(all[1]);
  });

  it('says which stages and contents are empty, of those that the layer has', () => {
    const found = lacksOf([content('tea', 'new'), content('cup', 'elsewhere')], STAGES);
    expect([...found.stages]).toEqual(['often', 'gone_quiet']);
    expect([...found.contents]).toEqual(['cup']);
  });

  it('says what a publication shows, hides and renames', () => {
    const before = [content('tea', 'new', 'often'), content('cup', 'new')];
    const after = [{ ...content('tea', 'often', 'gone_quiet'), url: 'https://shop.example' }, content('pot', 'new')];
    expect(differenceOf(before, after)).toEqual({
      shown: [
        { content: 'tea', stage: 'gone_quiet' },
        { content: 'pot', stage: 'new' },
      ],
      hidden: [
        { content: 'tea', stage: 'new' },
        { content: 'cup', stage: 'new' },
      ],
      renamed: ['tea'],
    });
  });

  it('is walked by arrows within its edges', () => {
    const from = (row: number, column: number) => (key: string) => moveOf(key, { row, column }, 2, 3);
    expect(['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'].map(from(0, 0))).toEqual([
      { row: 0, column: 0 },
      { row: 1, column: 0 },
      { row: 0, column: 0 },
      { row: 0, column: 1 },
    ]);
    expect(['ArrowDown', 'Home', 'End', 'Tab'].map(from(1, 2))).toEqual([
      { row: 1, column: 2 },
      { row: 1, column: 0 },
      { row: 1, column: 2 },
      null,
    ]);
  });

  it('is typed as it was read, without stages that are gone', () => {
    const matrix = {
      name: 'Teas',
      contents: [content('tea', 'new', 'old')],
      gone_stages: ['old'],
    } as unknown as Matrix;
    expect(settingsOf(formOf(matrix))).toEqual({ name: 'Teas', contents: [content('tea', 'new')] });
    expect(contentsOf(formOf(matrix))).toHaveLength(1);
    expect(saidContents(formOf(matrix).contents)).toBe('TEA: new');
  });

  it('has contents with codes of their own and addresses of pages', () => {
    const typed = (more: object) => ({ ...CONTENT, code: 'tea', name: 'Tea', ...more });
    const faults = contentFaults(en, [
      typed({}),
      typed({ url: 'https://shop.example/tea' }),
      typed({ code: 'Tea' }),
      typed({ code: 'a', name: ' ' }),
      typed({ code: 'b', url: 'javascript:alert(1)' }),
      typed({ code: 'c', url: 'https://' }),
    ]);
    const { codeHint, twice, urlWrong } = en.matrices.contentForm;
    expect(faults).toEqual([
      {},
      { code: twice },
      { code: codeHint },
      { name: en.access.required },
      { url: urlWrong },
      { url: urlWrong },
    ]);
    expect(readOf(typedOf([content('tea', 'new')]))).toEqual([content('tea', 'new')]);
  });
});

describe('priorities', () => {
  const layers = [{ code: 'life', stages: [{ code: 'new' }, { code: 'old' }] }] as LayerItem[];
  const typed = (...entries: [at: string, plan: string][]) => ({
    entries: JSON.stringify(entries.map(([at, plan]) => ({ at, plan }))),
  });

  it('are typed as they were read', () => {
    const read = { entries: [{ layer: 'life', stage: 'new', plan: 'Welcome' }] } as Priorities;
    expect(sentOf(formOfPriorities(read))).toEqual(read.entries);
    expect(entriesOf(formOfPriorities(read))[0]?.at).toBe(atOf('life', 'new'));
    expect(saidEntries(formOfPriorities(read).entries)).toBe('life/new: Welcome');
  });

  it('name a stage that is there, once, and a plan', () => {
    const { gone, twice } = en.matrices.priorities;
    expect(faultsOf(en, typed(['life/new', 'A'], ['life/old', 'A']), layers)).toEqual({});
    expect(faultsOf(en, typed(['', ''], ['life/gone', 'A'], ['life/new', 'A'], ['life/new', 'B']), layers)).toEqual({
      'entries.0.at': en.access.required,
      'entries.0.plan': en.access.required,
      'entries.1.at': gone,
      'entries.3.at': twice,
    });
    expect(faultsOf(en, typed(['life/gone', 'A']), undefined), 'layers are not known yet').toEqual({});
  });
});
