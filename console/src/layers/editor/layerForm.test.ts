import { describe, expect, it } from 'vitest';
import { zh } from '@/shared/i18n/zh';
import {
  EMPTY,
  faultsAfter,
  faultsOf,
  formOf,
  formOfTemplate,
  type LayerForm,
  settingsOf,
  stagesOf,
  whoOf,
} from './layerForm';

const FORM: LayerForm = {
  name: 'Life',
  code: 'life',
  description: '',
  base: '',
  stages: JSON.stringify([
    { code: 'life_new', name: 'New', text: 'did orders' },
    { code: 'life_rest', name: 'Others', text: 'everybody' },
  ]),
};

describe('the form of a layer', () => {
  it('is sent with its stages in their order, and without a base where that is empty', () => {
    expect(settingsOf(FORM)).toEqual({ name: 'Life', description: '', base: null, stages: stagesOf(FORM) });
    expect(settingsOf({ ...FORM, base: 'did orders' }).base).toEqual({ text: 'did orders' });
  });

  it('says at which stage something is missing, or stands twice', () => {
    expect(faultsOf(zh, FORM)).toEqual({});
    expect(Object.keys(faultsOf(zh, EMPTY)).sort()).toEqual(
      ['code', 'name', 'stages.0.code', 'stages.0.name', 'stages.0.text'].sort(),
    );
    const [one] = stagesOf(FORM);
    const twice = { ...FORM, stages: JSON.stringify([one, one]) };
    expect(faultsOf(zh, twice)).toEqual({ 'stages.1.code': zh.layers.editor.twice });
  });

  it('begins with what a template has', () => {
    const form = formOfTemplate({
      code: 'lifecycle',
      name: 'Life cycle',
      description: 'd',
      base: null,
      parameters: [],
      stages: [{ code: 'a', name: 'A', text: 'reachable and did orders' }],
      lacks: [],
    });
    expect(form).toMatchObject({ code: 'lifecycle', base: '' });
    expect(stagesOf(form)[0]?.text).toBe('reachable\nand did orders');
  });

  it('sends nothing of what only the form knows', () => {
    const layer = {
      ...FORM,
      version: 1,
      base: null,
      stages: [{ code: 'a', name: 'A', text: 'did orders', effective_text: 'x', rule: {} }],
    };
    const form = formOf({
      ...layer,
      created_by: '',
      created_at: '',
      changed_by: '',
      changed_at: '',
      archived_at: null,
    });
    expect(stagesOf(form)[0]?.isKept).toBe(true);
    expect(settingsOf(form).stages).toEqual([{ code: 'a', name: 'A', text: 'did orders' }]);
  });

  it('counts in a stage whoever an earlier one does not hold', () => {
    const stages = stagesOf(FORM);
    expect(whoOf('', stages, 1)).toBe('(everybody) and not (did orders)');
    expect(whoOf('reachable', stages, 0)).toBe('(reachable) and (did orders)');
    expect(whoOf('', [{ code: '', name: '', text: ' ' }, ...stages], 1)).toBeNull();
  });

  it('keeps what is wrong at its stage when stages are moved, and takes it away where it was changed', () => {
    const before = stagesOf(FORM);
    const [one, other] = before as [(typeof before)[number], (typeof before)[number]];
    const faults = { name: 'n', stages: 's', 'stages.0.text': 'a', 'stages.0.code': 'b', 'stages.1.rule': 'c' };
    expect(faultsAfter(before, [other, one], faults)).toEqual({
      name: 'n',
      'stages.0.rule': 'c',
      'stages.1.text': 'a',
      'stages.1.code': 'b',
    });
    expect(faultsAfter(before, [{ ...one, text: 'reachable' }, other], faults)).toEqual({
      name: 'n',
      'stages.0.code': 'b',
      'stages.1.rule': 'c',
    });
    expect(faultsAfter(before, [other], faults)).toEqual({ name: 'n', 'stages.0.rule': 'c' });
  });
});
