import { expect, it } from 'vitest';
import { createFmt } from '@/shared/fmt';
import { zh } from '@/shared/i18n/zh';
import { batchOf, codesCsv, EMPTY, matching, shareText } from './batchForm';
import type { UnitBatch, UnitBatchItem } from './types';

const GOOD = {
  product: ' 护理液 ',
  sku: 'SKU-A',
  batch_no: '2401',
  touch_point: 'store',
  reward_name: '积分',
  reward_amount: '50',
  units: '10,000',
};

it('a form becomes a batch', () => {
  expect(batchOf(zh, GOOD)).toEqual({
    batch: { ...GOOD, product: '护理液', reward_amount: 50, units: 10_000 },
    faults: {},
  });
});

it('says at each field what is wrong with it', () => {
  expect(Object.keys(batchOf(zh, EMPTY).faults).sort()).toEqual(Object.keys(EMPTY).sort());
  const { batch, faults } = batchOf(zh, { ...GOOD, sku: '字'.repeat(34), units: '20001', reward_amount: '1.5' });
  expect(batch).toBeNull();
  expect(faults).toEqual({
    sku: zh.units.form.textRange,
    units: zh.units.form.unitsRange,
    reward_amount: zh.units.form.amountRange,
  });
});

it('the file has a line for each package, with where its code leads', () => {
  const batch = { product: '=1+1', sku: 'SKU-A', batch_no: '2401' } as UnitBatch;
  expect(codesCsv(batch, ['7K3M-9XQ2', '0000-0000'], 'https://go.example.com/').split('\n')).toEqual([
    'serial,code,link,product,sku,batch_no',
    "1,7K3M-9XQ2,https://go.example.com/u/7K3M-9XQ2,'=1+1,SKU-A,2401",
    "2,0000-0000,https://go.example.com/u/0000-0000,'=1+1,SKU-A,2401",
    '',
  ]);
});

it('finds batches by product, SKU and number', () => {
  const item = (product: string, sku: string) =>
    ({ batch: { id: 'x', product, sku, batch_no: '2401' } }) as UnitBatchItem;
  const items = [item('护理液', 'SKU-A'), item('面霜', 'SKU-B')];
  expect(matching(items, ' sku-b ')).toEqual([items[1]]);
  expect(matching(items, '2401')).toHaveLength(2);
  expect(matching(items, '')).toHaveLength(2);
});

it('a few of many thousand are not none', () => {
  const fmt = createFmt('en', 'UTC');
  expect([shareText(fmt, 4, 20_000), shareText(fmt, 0, 20_000), shareText(fmt, 5000, 20_000)]).toEqual([
    '0.02%',
    '0.0%',
    '25.0%',
  ]);
});
