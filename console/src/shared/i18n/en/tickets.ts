import type { Messages } from '../zh';

export const tickets: Messages['tickets'] = {
  page: 'Service',
  views: 'Views of service',
  title: 'Service tickets',
  due: 'Usage cards that are due',
  about:
    "A low judgement in a usage card opens a ticket. Who closes it writes down what was done; it stays closed, and stands on the customer's timeline and in the audit log.",
  customer: 'Customer',
  customerHint: 'The whole id of a customer, such as cus_7k2m9qx4',
  noCustomer: 'No customer has this id',
  none: { open: 'No open tickets', closed: 'No closed tickets', all: 'No tickets yet' },
  emptyText: 'When a customer judges low, a ticket appears here.',
  noneOfOne: 'This customer has no tickets.',
  seeAll: 'See all tickets',
  states: { open: 'open', closed: 'closed', all: 'all' },
  lowOn: (card) => `Low judgement in “${card}”`,
  notYet: 'not yet',
  column: { customer: 'Customer', cause: 'Cause', opened: 'Opened', state: 'State', done: 'Done' },
  close: {
    action: 'Close',
    of: (customer) => `Close the ticket of ${customer}`,
    title: 'Close ticket',
    text: 'It cannot be opened again.',
    note: 'What was done',
    noteHint: '1 to 1,000 characters, for instance: sent a new one',
    done: 'The ticket is closed.',
    overtaken: 'Somebody else has just closed this ticket.',
  },
};
