import { expect, it } from 'vitest';
import { zh } from '@/shared/i18n/zh';
import { resultText } from './result';

it('says the status of an answer, and why there was none', () => {
  expect(resultText(zh, 200, null)).toBe('已应答 200');
  expect(resultText(zh, null, null)).toBe('还没有应答');
  expect(resultText(zh, 503, 'status')).toBe('对方没有接受（503）');
  expect(resultText(zh, null, 'too_slow')).toBe('20 秒内没有应答');
  expect(resultText(zh, null, 'something_new')).toBe('something_new');
});
