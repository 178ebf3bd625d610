import { expect, it } from 'vitest';
import { zh } from '@/shared/i18n/zh';
import { EMPTY_GROUP, groupFaults, groupFormOf, groupOf } from './tagForm';

const group = {
  code: 'pregnancy',
  name_zh: '孕期',
  name_en: 'Pregnancy',
  exclusive: true,
  valid_days: 90,
  archived_at: null,
  version: 1,
};

it('a group and its form say the same; without days nothing ends', () => {
  const { archived_at: _, version: __, ...settings } = group;
  expect(groupOf(groupFormOf(group))).toEqual(settings);
  expect(groupOf(groupFormOf({ ...group, valid_days: null, exclusive: false }))).toMatchObject({
    valid_days: null,
    exclusive: false,
  });
});

it('says at each field what is wrong with it', () => {
  expect(Object.keys(groupFaults(zh, EMPTY_GROUP))).toEqual(['code', 'name_zh', 'name_en']);
  const good = groupFormOf(group);
  expect(groupFaults(zh, good)).toEqual({});
  for (const valid_days of ['0', '3651', '1.5', 'x'])
    expect(groupFaults(zh, { ...good, valid_days })).toEqual({ valid_days: zh.tagRegistry.form.daysRange });
});
