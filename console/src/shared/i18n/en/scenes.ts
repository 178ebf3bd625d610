import type { Messages } from '../zh';
import { plural } from './plural';

export const scenes: Messages['scenes'] = {
  title: 'Journey map',
  tabs: { label: 'Two views of journeys', scenes: 'Journey map', paths: 'Paths', days: 'Completed on which days' },
  about:
    'Scenes as the brand calls them: choosing, paying, returning. Counted are events, not people, by days in UTC. Drop-off: the share of entries without a completion. Satisfaction: the share of ratings of 4 or 5.',
  table: 'Scenes',
  column: {
    scene: 'Scene',
    entered: 'Entered',
    completed: 'Completed',
    dropOff: 'Drop-off',
    rated: 'Ratings',
    satisfaction: 'Satisfaction',
  },
  others: 'All further scenes',
  worst: 'worst',
  unknown: 'unknown',
  worstTitle: (scene) => `The worst scene: ${scene}`,
  worstText: (percent, ratings) => `Satisfaction ${percent}, of ${plural(ratings, 'rating')}.`,
  noWorst: (min) => `No scene has ${plural(min, 'rating')} in these days, so none can be called the worst.`,
  emptyTitle: 'No scenes yet',
  emptyText:
    'The events Scene Entered, Scene Completed and Scene Rated name a scene; a rating is a whole number from 1 to 5.',
  sample: 'A message with a rating',
  noneTitle: 'Nothing in these days',
  noneText: 'Try other days.',
  days: 'Which days',
};
