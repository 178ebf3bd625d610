import type { Messages } from '../zh';

export const inventory: Messages['inventory'] = {
  title: 'Digital assets',
  about:
    'Counted when it is opened, over the whole workspace; customers that were merged are one. The last 7 days are those of the brand’s zone, today among them, by when something happened and not when it was imported: a file of old orders is no growth. Growth = what came in the last 7 days ÷ what was there before. Completeness = customers who have at least one ÷ all customers; of profiles it is the mean share of the six classes of information that are known. Contents are topics, forms, usage cards and consent texts; who picked, filled in, answered or decided on one has it.',
  customers: 'Customers',
  since: 'Growth since',
  sinceNote: 'the last 7 days, with today',
  asOf: 'Counted at',
  table: 'Assets',
  parts: 'Assets in detail',
  assets: {
    profiles: 'Profiles',
    identities: 'Identities',
    tags: 'Tags',
    events: 'Events',
    consents: 'Consents',
    contents: 'Contents',
  },
  contents: { topics: 'Topics', forms: 'Forms', usage_cards: 'Usage cards', consent_texts: 'Consent texts' },
  column: {
    asset: 'Asset',
    part: 'Detail',
    total: 'Total',
    added: 'New in 7 days',
    growth: 'Growth',
    covered: 'Customers who have it',
    completeness: 'Completeness',
  },
  notCounted: 'Not counted',
  nothingBefore: 'Nothing was there before',
  emptyTitle: 'No digital assets yet',
  emptyText:
    'After customers, orders or a source have come in, this lists how many profiles, identities, tags, events, consents and contents there are.',
};
