import { describe, expect, it } from 'vitest';
import { supportedValues } from './supportedValues';

describe('values of a field', () => {
  it('include UTC and the names that zones have today', () => {
    const zones = supportedValues('timeZone', null);
    for (const zone of ['UTC', 'Asia/Kolkata', 'Asia/Shanghai', 'Europe/Kyiv', 'Asia/Ho_Chi_Minh'])
      expect(zones).toContain(zone);
    expect(new Set(zones).size).toBe(zones.length);
  });

  it('include what is set, also when this browser does not know it', () => {
    expect(supportedValues('timeZone', 'Mars/Olympus')).toContain('Mars/Olympus');
    expect(supportedValues('currency', 'XTS')).toContain('XTS');
    expect(supportedValues('currency', '')).not.toContain('');
  });
});
