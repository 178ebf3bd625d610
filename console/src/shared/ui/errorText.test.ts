import { describe, expect, it } from 'vitest';
import { ApiError } from '../api/client';
import { en } from '../i18n/en';
import { zh } from '../i18n/zh';
import { errorDetail, errorText, fieldErrors } from './errorText';

const invalid = (errors: { pointer: string; code: string; detail: string }[]) =>
  new ApiError(422, { code: 'invalid_request', detail: 'some fields cannot be accepted', errors });

describe('what is said about a failure', () => {
  it('is in the language of the screen, with the server’s words as detail', () => {
    const error = invalid([
      { pointer: '', code: 'columns_differ', detail: 'b.csv has other columns than the first file' },
    ]);
    expect(errorText(zh, error)).toBe(zh.imports.failures.columns_differ);
    expect(errorText(en, error)).toBe(en.imports.failures.columns_differ);
    expect(errorDetail(error)).toBe('b.csv has other columns than the first file');
  });

  it('names the reason of a conflict where the server gives one', () => {
    const taken = new ApiError(409, {
      code: 'conflict',
      errors: [{ pointer: '/email', code: 'taken', detail: 'a mail address that no other user has' }],
    });
    expect(errorText(zh, taken)).toBe(zh.common.refused.taken);
    expect(errorText(zh, new ApiError(409, { code: 'conflict' }))).toBe(zh.common.errors.conflict);
  });

  it('falls back to the server’s words for a code that this version does not know', () => {
    expect(errorText(zh, new ApiError(409, { code: 'brand_new', detail: 'something new' }))).toBe('something new');
  });

  it('stands at the field that was refused', () => {
    const error = invalid([
      { pointer: '/horizon_days', code: 'out_of_range', detail: '1 to 3650' },
      { pointer: '/current_password', code: 'wrong', detail: 'the password that is set now' },
      { pointer: '/options/odd', code: 'brand_new', detail: 'new rule' },
    ]);
    expect(fieldErrors(zh, error)).toEqual({
      horizon_days: '超出允许的范围（1 to 3650）',
      current_password: zh.common.refused.wrong,
      'options.odd': 'new rule',
    });
    expect(errorText(zh, error)).toBe(zh.common.errors.invalid_request);
  });
});
