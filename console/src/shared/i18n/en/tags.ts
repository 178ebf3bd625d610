import type { Messages } from '../zh';
import { plural } from './plural';

export const tags: Messages['tags'] = {
  title: 'Tags',
  about:
    'Put on by hand, with who, when and where. In an exclusive group a later tag takes the place of the one before; a tag with a validity ends by itself, and setting it again renews it.',
  none: 'No tags yet.',
  ended: (count) => `${count} that have ended`,
  renewed: (count) => `renewed ${plural(count, 'time')}`,
  until: (day) => `until ${day}`,
  why: { removed: 'removed', replaced: 'replaced', expired: 'expired' },
  surfaces: { console: 'console', clerk_page: 'clerk’s page', side_bar: 'side bar' },
  change: 'Change tags',
  changeTitle: 'Change the tags of this customer',
  set: 'Set or renew',
  setHint: 'Of an exclusive group one at most',
  exclusive: (name) => `${name} (exclusive)`,
  remove: 'Remove',
  note: 'Note',
  save: 'Save',
  done: 'Tags changed',
};
