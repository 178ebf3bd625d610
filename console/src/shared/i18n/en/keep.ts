import type { Messages } from '../zh';
import { plural } from './plural';

export const keep: Messages['keep'] = {
  about: (count, day) =>
    `${count === '1' ? 'This customer gets' : `These ${count} customers get`} a tag, and so the list is kept. It is the list of ${day}: nobody is added or taken out later.`,
  aboutAll: (day) =>
    `All customers of the list get a tag, and so the list is kept. It is the list of ${day}: nobody is added or taken out later.`,
  which: 'Which tag',
  existing: 'An existing tag',
  isNew: 'A new tag',
  tag: 'Tag',
  tagHint: 'Tags in use that are set by hand: one that follows a segment is not',
  choose: 'Choose a tag',
  group: 'Group',
  chooseGroup: 'Choose a group',
  noTags: 'There is no tag to set by hand.',
  noGroups: 'There is no group of tags yet: make one first.',
  askManager: (right) => `Making a tag needs the right “${right}”.`,
  toRegistry: 'To the registry of tags',
  has: (count) =>
    `${plural(count, 'customer has', 'customers have')} this tag already: they and this list will be mixed.`,
  exclusive: (group) => `“${group}” is exclusive: other tags of this group that these customers have are replaced.`,
  expires: (days) => `Tags of this group end after ${plural(days, 'day')}: then the list is empty.`,
  note: (origin, day) => `From a list: ${origin} (kept ${day})`,
  start: 'Set the tag and keep',
  running: 'Setting the tag. Please leave this page open.',
  progress: (done, count) => `${done} of ${count} done`,
  progressOpen: (done) => `${done} done`,
  stop: 'Stop',
  stopping: 'Stops after this portion',
  stopped: 'Stopped',
  stoppedText: 'Tags that were set stay. You can go on from where it stopped.',
  failed: 'Not all was done',
  failedText:
    'Tags that were set stay. Once the problem is solved, go on from where it stopped: nothing is done twice.',
  goOn: 'Go on',
  done: (count, tag) => `${plural(count, 'customer has', 'customers have')} the tag “${tag}”`,
  missing: (count) => `${plural(count, 'other was', 'others were')} merged or erased meanwhile and did not get it.`,
  nobody: 'Nobody is in the list now',
  make: 'Make a segment of it',
  see: 'See customers with this tag',
};
