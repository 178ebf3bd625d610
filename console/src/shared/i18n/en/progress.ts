import type { Messages } from '../zh';

export const progress: Messages['progress'] = {
  title: 'Progress in products',
  about:
    'From the events Product Progressed and Product Used. Of each name the value told last holds; the last seven days are the brand’s, today among them; money is of orders that name the product, less what went back. Paying: a purchase in the last thirty days.',
  nothing: 'Nothing yet. Events Product Progressed that name a product show up here.',
  paying: 'paying',
  notPaying: 'not paying',
  activeDays: 'Active days of 7',
  events: 'Uses in 7 days',
  spent: 'Spent',
  lastPaid: 'Last purchase',
  never: 'never',
  noState: 'No values.',
  stateOf: (product) => `Progress in ${product}`,
  name: 'Name',
  value: 'Value',
  at: 'Told',
};
