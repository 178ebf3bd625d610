import type { Messages } from '../zh';
import { plural } from './plural';

export const relations: Messages['relations'] = {
  title: 'Relations',
  about:
    'Who came by this customer’s shares and invitations, level by level. Of others the nickname is shown where they grant the purpose “relations”, and nothing else. Amounts are net revenue.',
  depth: 'How many levels',
  levels: (count) => plural(count, 'level'),
  invitedBy: 'Brought by',
  byNobody: 'Nobody on record.',
  tree: 'Brought',
  nobody: 'Nobody yet.',
  sum: (count, branch, own) =>
    `${plural(count, 'customer')} brought; net revenue of all ${branch}, of this customer ${own}.`,
  level: (level) => `level ${level}`,
  brought: (count, value) => `brought ${count}, together ${value}`,
  cut: 'There are more, beyond these levels or this number.',
  notShown: 'not to be shown',
  refused: 'What does not hold',
  who: 'Of whom',
  own: 'this customer',
  why: 'Why',
  at: 'Told',
  reasons: { itself: 'they would have brought themselves', cycle: 'it would close a circle' },
};
