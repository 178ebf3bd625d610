import { describe, expect, it } from 'vitest';
import { zh } from '@/shared/i18n/zh';
import { EMPTY, faultsOf, formOfTemplate, type LayerForm, settingsOf, stagesOf } from './layerForm';

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
});
