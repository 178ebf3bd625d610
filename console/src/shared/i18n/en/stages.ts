import type { Messages } from '../zh';
import { plural } from './plural';

export const stages: Messages['stages'] = {
  title: 'Journey stages',
  about:
    'Each fact is of one of five stages. Your own rules stand before the default ones, a name before its kind. A change holds at once for all facts that there are, and is in the audit log.',
  create: 'Add a rule',
  saved: 'Rule saved. It holds at once.',
  removed: 'Your own rule is gone.',
  ownCount: (count) => `${plural(count, 'rule')} of your own, 500 at most. Names are compared letter by letter.`,
  askManager: (right) => `Changing needs the right “${right}”.`,
  search: 'Search rules',
  searchHint: 'Type the name of an event, a page or a screen',
  allStages: 'All stages',
  shown: 'Which rules are shown',
  all: 'All',
  own: 'your own',
  preset: 'default',
  allOfKind: 'all of the kind',
  noOwn: 'No rules of your own yet; all is as in the default table.',
  noMatchTitle: 'No rule matches',
  noMatchText: 'Try another word or stage. A name without a rule is of the stage of its kind.',
  clear: 'Clear filters',
  column: { name: 'Name', kind: 'Facts', stage: 'Stage', made: 'Made by', tools: 'Actions' },
  change: { action: 'Change', of: (name) => `Change ${name}`, title: 'Change the stage', save: 'Save rule' },
  remove: { action: 'Remove', of: (name) => `Remove your own rule: ${name}` },
  form: {
    text: 'It holds at once, for facts that are there and those to come.',
    kind: 'Facts',
    name: 'Name',
    nameHint: 'Letter by letter as in the data; empty: all of the kind',
    stage: 'Stage',
    taken: 'You have a rule about this already: change that one',
  },
};
