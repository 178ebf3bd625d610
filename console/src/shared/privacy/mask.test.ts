import { describe, expect, it } from 'vitest';
import { mask } from './mask';

describe('masking', () => {
  it('leaves the first letter and the domain of an e-mail address', () => {
    expect(mask('email', 'ann@example.com')).toBe('a***@example.com');
    expect(mask('email', 'a@example.com')).toBe('a***@example.com');
    expect(mask('email', 'not an address')).toBe('*** ** *******');
  });

  it('covers four digits of a phone number before the last four', () => {
    expect(mask('phone', '13800000000')).toBe('138****0000');
    expect(mask('phone', '+8613812345678')).toBe('+86138****5678');
    expect(mask('phone', '+44 20 7946 0958')).toBe('+44 20 **** 0958');
    expect(mask('phone', '5551234')).toBe('*****34');
    expect(mask('phone', '138****5678')).toBe('138****5678');
  });

  it('leaves what tells people of one list apart', () => {
    expect(mask('name', '林小满')).toBe('林*满');
    expect(mask('name', '欧阳小满')).toBe('欧**满');
    expect(mask('name', '林满')).toBe('林*');
    expect(mask('name', 'Ann Lee')).toBe('A** L**');
    expect(mask('name', 'Émile  Šimek')).toBe('É**  Š**');
  });

  it('covers birthdays', () => {
    expect(mask('birthday', '1990-05-12')).toBe('****-**-**');
  });

  it('goes by the shape of a value where its kind says nothing', () => {
    expect(mask('customer_id', '13812345678')).toBe('138****5678');
    expect(mask('other_id', 'ann@example.com')).toBe('a***@example.com');
    expect(mask('note', '+1 (555) 010-9999')).toBe('+1 (55*) ***-9999');
  });

  it('covers addresses and numbers inside a text', () => {
    expect(mask('text', '/u/13812345678/orders?mail=ann@example.com&x=1')).toBe(
      '/u/138****5678/orders?mail=a***@example.com&x=1',
    );
    expect(mask('text', 'Order 20261121138123456789')).toBe('Order 20261121138123456789');
    expect(mask('text', 'Product Viewed')).toBe('Product Viewed');
  });

  it('leaves numbers of the shop and other facts alone', () => {
    for (const [kind, value] of [
      ['customer_id', '12346'],
      ['customer_id', '13085'],
      ['member_no', 'M-2026-00017'],
      ['id', 'cus_000003'],
      ['city', '杭州'],
      ['country', 'United Kingdom'],
    ] as const)
      expect(mask(kind, value)).toBe(value);
  });
});
