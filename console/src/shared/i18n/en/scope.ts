import type { Messages } from '../zh';

export const scope: Messages['scope'] = {
  column: 'Customers seen',
  everyone: 'All customers',
  nobody: 'None: in no store',
  ownStore: 'Those of the own store; none while in no store',
  clerkStore: (store) => `Own store: ${store}`,
  changeOf: (name) => `Change which customers ${name} sees`,
  admin: 'An administrator sees all customers always',
  title: (name) => `Customers that ${name} sees`,
  place: 'Customers seen',
  placeHint: 'A region includes all stores below it. It holds from the next request on.',
  noPlace: 'No region or store matches',
  noPlaces: 'There are no regions and stores yet. Add them on the page of stores first.',
  toStores: 'Go to stores',
  beatsClerk: 'This user is a clerk. What is chosen here holds, whatever store the clerk is in.',
  closedTitle: 'These rights will be closed',
  closedText:
    'They are about all customers and cannot be given for a part of them, such as sums of value, imported files or the audit log:',
  nothingClosed: 'All rights of this role are narrowed to what is seen; none is closed.',
  save: 'Save',
  saved: 'The customers seen were changed.',
};
