/** Names of today that Chromium lists under their former ones, or (UTC) not at all. All of them work as zones. */
const ZONES = [
  'UTC',
  'Africa/Asmara',
  'America/Argentina/Buenos_Aires',
  'America/Argentina/Catamarca',
  'America/Argentina/Cordoba',
  'America/Argentina/Jujuy',
  'America/Argentina/Mendoza',
  'America/Atikokan',
  'America/Indiana/Indianapolis',
  'America/Kentucky/Louisville',
  'America/Nuuk',
  'Asia/Ho_Chi_Minh',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Yangon',
  'Atlantic/Faroe',
  'Europe/Kyiv',
  'Pacific/Chuuk',
  'Pacific/Kanton',
  'Pacific/Pohnpei',
];

function works(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** What a field of time zones or currencies offers: what the browser knows, and what is set now. */
export function supportedValues(kind: 'timeZone' | 'currency', current: string | null): string[] {
  const values = new Set(Intl.supportedValuesOf?.(kind) ?? []);
  if (kind === 'timeZone') for (const zone of ZONES) if (works(zone)) values.add(zone);
  if (current) values.add(current);
  return [...values].sort();
}
