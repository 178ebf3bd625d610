import type { Messages } from '../zh';
import { plural } from './plural';

export const touchPoints: Messages['touchPoints'] = {
  title: 'Touch-points',
  about:
    'Where people meet the brand. A message names its touch-point in context.touchPoint; one that names an unknown or archived one goes to the quarantine.',
  create: 'Add a touch-point',
  created: 'Touch-point added. It can be used from now on.',
  shown: 'Which touch-points are shown',
  open: 'In use',
  archived: 'Archived',
  noneArchived: 'No touch-point is archived.',
  sinceEver:
    'Figures count from the beginning, not by period. Met, followed, registered: each customer counts at the earliest touch-point only.',
  askManager: (right) => `Adding and changing needs the right “${right}”.`,
  preset: 'preset',
  own: 'your own',
  nothingYet: 'nothing yet',
  column: {
    name: 'Touch-point',
    kind: 'Kind',
    facts: 'Messages',
    met: 'Met first',
    followed: 'Followed first',
    registered: 'Registered first',
    last: 'Last one',
    tools: 'Actions',
  },
  figures: {
    label: 'All touch-points',
    facts: 'Messages accepted',
    factsHint: 'All that sources have accepted. The touch-points and those without one add up to it.',
    named: 'With a touch-point',
    share: (percent) => `${percent} of all`,
    without: 'Without one',
    withoutHint:
      'A message may leave it out and is accepted all the same. To see figures by touch-point, let the sender write context.touchPoint.',
  },
  held: {
    title: 'Messages with an unknown touch-point wait in the quarantine',
    text: 'Add the touch-point here, or let the sender use one that is known; then release them in the quarantine.',
    messages: (source, count) => `${source}: ${plural(count, 'message')}`,
    atLeast: (source, count) => `${source}: at least ${plural(count, 'message')}`,
  },
  bySource: {
    title: (name) => `${name}: messages by source`,
    open: (name, count) => `${name}: sources of ${plural(count, 'message')}`,
    source: 'Source',
  },
  form: {
    nameZh: 'Chinese name',
    nameZhHint: 'In Chinese characters',
    nameEn: 'English name',
    nameEnHint: 'Such as Pop-up store',
    code: 'Code',
    codeHint: 'A small letter, then small letters, digits and _, at most 40 characters. Stands in messages and stays',
    taken: 'There is a touch-point with this code, perhaps an archived one. Choose another code, or restore that one.',
  },
  rename: {
    action: 'Rename',
    of: (name) => `Rename: ${name}`,
    title: 'Rename touch-point',
    text: 'Only the names change; the code in messages stays:',
    save: 'Save names',
    done: 'Names changed.',
  },
  archive: {
    action: 'Archive',
    of: (name) => `Archive: ${name}`,
    title: 'Archive touch-point',
    text: (name) =>
      `From then on, new messages that name “${name}” go to the quarantine. Its codes still lead on, but their scans go to the quarantine too, and no more can be made. What was counted stays, and it can be restored at any time.`,
    done: 'Touch-point archived.',
  },
  restore: { action: 'Restore', of: (name) => `Restore: ${name}`, done: 'Touch-point in use again.' },
};
