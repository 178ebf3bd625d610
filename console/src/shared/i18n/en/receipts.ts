import type { Messages } from '../zh';

export const receipts: Messages['receipts'] = {
  title: 'Receipt codes',
  about:
    'A till tells an order of a store without a customer, and gets a code for its receipt. Whoever scans it and signs up has the order, once; what is paid back before and after is taken off it.',
  settings: 'Receipt settings',
  askManager: (right) => `Changing the settings needs the right “${right}”.`,
  states: { open: 'Open', claimed: 'Claimed', expired: 'Expired' },
  all: 'All',
  shown: 'State',
  column: {
    order: 'Order',
    state: 'State',
    amount: 'Amount',
    store: 'Store',
    clerk: 'Clerk’s code',
    ordered: 'Ordered',
    expires: 'Ends',
    claimed: 'Claimed',
    customer: 'Customer',
  },
  table: 'Receipts',
  gone: 'Erased, or of another store',
  nobody: 'Nobody yet',
  erased: 'Erased',
  emptyTitle: 'No receipt codes yet',
  emptyText: 'A till tells an order by an API token or the write key of a source, and gets the code and its QR code.',
  sample: 'An order for a code',
  noneTitle: 'No receipts in this state',
  noneText: 'Look at another state.',
  form: {
    title: 'Receipt settings',
    save: 'Save settings',
    saved: 'Receipt settings saved',
    valid_hours: 'Hours a code is valid',
    validHint: '1 to 720. A till may say otherwise for one receipt; codes that are printed stay as they are.',
    consents: 'What the page asks to agree to',
    consentsHint:
      'The newest text of each purpose is shown; nobody has to tick it. Purposes without a text are not here.',
    noPurposes: 'No purpose has a text yet: register one under Settings, Privacy.',
    wrongHours: 'A whole number from 1 to 720',
  },
};
