import { expect, it } from 'vitest';
import { isTarget } from '../limits';
import { EMPTY, type Known, type NewCodesForm, plan, refusedOf } from './newCodes';
import { readTable } from './table';

const KNOWN: Known = {
  exponent: 2,
  touchPoints: new Map([
    ['store', 'store'],
    ['门店', 'store'],
    ['phone', 'phone'],
  ]),
};
const GOOD: NewCodesForm = { ...EMPTY, name: '春季', touch_point: 'store', target: 'https://shop.example.com/join' };
const faults = (form: NewCodesForm) =>
  plan(form, KNOWN).problems.map(({ fault, line }) => (line ? `${fault} ${line}` : fault));

it('one code needs no parameters', () => {
  const { codes, problems, count } = plan({ ...GOOD, cost: '12.5' }, KNOWN);
  expect([problems, count]).toEqual([[], 1]);
  expect(codes).toEqual([
    { name: '春季', touch_point: 'store', target: 'https://shop.example.com/join', cost_minor: 1250, parameters: {} },
  ]);
});

it('values of parameters are combined, and names tell them apart by what differs', () => {
  const lists = [
    { name: 'place', values: '一号店\n\n二号店\n一号店 ' },
    { name: 'material', values: 'poster' },
    { name: 'staff', values: 'E1\nE2\nE3' },
  ];
  const { codes, count } = plan({ ...GOOD, lists }, KNOWN);
  expect(count).toBe(6);
  expect(codes.map(({ name }) => name)).toEqual([
    '春季 · 一号店 · E1',
    '春季 · 一号店 · E2',
    '春季 · 一号店 · E3',
    '春季 · 二号店 · E1',
    '春季 · 二号店 · E2',
    '春季 · 二号店 · E3',
  ]);
  expect(codes[4]?.parameters).toEqual({ place: '二号店', material: 'poster', staff: 'E2' });
});

it('too many are counted, not made', () => {
  const numbers = Array.from({ length: 40 }, (_, place) => String(place)).join('\n');
  const lists = ['a', 'b', 'c', 'd'].map((name) => ({ name, values: numbers }));
  expect(plan({ ...GOOD, lists }, KNOWN)).toMatchObject({ count: 2_560_000, codes: [] });
  expect(faults({ ...GOOD, lists })).toEqual(['too_many']);
});

it('says all that is wrong at once', () => {
  expect(faults(EMPTY)).toEqual(['touch_point', 'target']);
  const lists = [
    { name: 'Place', values: 'x' },
    { name: 'region', values: 'x' },
    { name: 'staff', values: ' ' },
    { name: 'staff', values: '字'.repeat(34) },
  ];
  expect(faults({ ...GOOD, cost: '-1', target: 'javascript:alert(1)', lists })).toEqual([
    'target',
    'cost',
    'parameter_name',
    'parameter_name',
    'same_parameter',
    'no_values',
    'parameter_value',
  ]);
  expect(faults({ ...GOOD, name: '' })).toEqual(['name']);
  expect(faults({ ...GOOD, name: 'x'.repeat(101) })).toEqual(['name']);
});

it('pasted names make one code each', () => {
  const { codes, count, alike } = plan({ ...GOOD, way: 'paste', text: '一号店\r\n\n二号店\n一号店' }, KNOWN);
  expect([count, alike]).toEqual([3, 2]);
  expect(codes.map(({ name }) => name)).toEqual(['一号店', '二号店', '一号店']);
});

it('a pasted table says by its first line what its columns are', () => {
  const text = '名称\t触点\t成本\t地点\t员工\n货架 3\t门店\t1,200\t"西溪 ""A"" 店"\tE1\n电话\tphone\t\t\t\n';
  const { codes, problems } = plan({ ...GOOD, way: 'paste', touch_point: '', text }, KNOWN);
  expect(problems).toEqual([]);
  const target = GOOD.target;
  const first = { place: '西溪 "A" 店', staff: 'E1' };
  expect(codes).toEqual([
    { name: '货架 3', touch_point: 'store', target, cost_minor: 120_000, parameters: first },
    { name: '电话', touch_point: 'phone', target, cost_minor: 0, parameters: {} },
  ]);
});

it('says on which line something is wrong', () => {
  const text = 'name,target,cost,Region\nA,https://a.example,1,x\n,ftp://x,one,\n';
  expect(faults({ ...GOOD, way: 'paste', text })).toEqual(['parameter_name', 'name 3', 'target 3', 'cost 3']);
  expect(faults({ ...GOOD, way: 'paste', text: 'A,B\nC,D' })).toEqual(['columns 1']);
  expect(faults({ ...GOOD, way: 'paste', text: ' \n' })).toEqual(['nothing']);
});

it('quotes hold separators and line breaks; lines are counted as an editor does', () => {
  expect(readTable('a,"b ""c"", d\ne",f\n\ng')).toEqual([
    { line: 1, cells: ['a', 'b "c", d\ne', 'f'] },
    { line: 4, cells: ['g'] },
  ]);
});

it('targets are pages', () => {
  for (const good of ['https://a', 'http://a.b/c?d=e#f']) expect(isTarget(good), good).toBe(true);
  for (const bad of [
    '',
    'https://',
    'https:///a',
    'https://a b',
    'https://店.cn',
    'ftp://a',
    `https://${'a'.repeat(2000)}`,
  ])
    expect(isTarget(bad), bad).toBe(false);
});

it('finds what the server refused', () => {
  expect(refusedOf('/codes/3/cost_minor')).toEqual({ place: 4, fault: 'cost' });
  expect(refusedOf('/codes')).toBeNull();
});
