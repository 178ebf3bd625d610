import { expect, it } from 'vitest';
import { parseReceipt } from './receipt';

it('a receipt is a JSON object, anything else is none', () => {
  expect(parseReceipt('{"hash":"00"}')).toEqual({ hash: '00' });
  for (const text of ['', 'receipt', '[]', 'null', '12']) expect(parseReceipt(text), text).toBeNull();
});
