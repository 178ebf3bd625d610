import type { Messages } from '../zh';
import { plural } from './plural';

export const audiences: Messages['audiences'] = {
  title: 'Third-party audiences',
  about:
    'A third party knows people by the SHA-256 of their phone numbers. A file has one hash a line, which is compared with the numbers of customers in three forms; whoever is found gets a tag that ends. No hash is kept, and clear phone numbers are never taken.',
  add: 'Match a file',
  send: 'Export hashes',
  none: 'No third-party audience yet',
  noneText: 'Send hashes of phone numbers to learn how many of them are customers, and give those a tag that ends.',
  name: 'Name',
  provider: 'Provider',
  purpose: 'Purpose',
  purposeHint: 'What the data may be used for. It is kept with the tag and in the audit log.',
  file: 'File',
  fileHint:
    'One SHA-256 of 64 hexadecimal digits a line, a million at most. A file with clear phone numbers is refused whole.',
  tag: 'Tag',
  tagHint: 'Only tags whose group says for how many days they are valid: what a third party knows has to go.',
  chooseTag: 'Choose a tag',
  days: (count) => `ends after ${plural(count, 'day', 'days')}`,
  noTags: 'No tag ends by itself. Make a group with a number of days in Settings · Tags first.',
  needed: 'Fill this in',
  match: 'Send and match',
  sending: (percent) => `${percent} sent`,
  taken: (matched, hashes) => `${matched} of ${plural(hashes, 'hash', 'hashes')} found`,
  setting: 'being set',
  failure: {
    tag_unusable: 'not set: the tag was archived, follows a segment, or does not end',
    gave_up: 'not set for all: the job failed',
  },
  column: {
    matched: 'Matched',
    unmatched: 'Unmatched',
    refused: 'No hash',
    customers: 'Customers',
    expires: 'Ends',
    created: 'When',
  },
  sendText:
    'SHA-256 of the phone numbers of members who agreed to a purpose, one a line. The export is written down in the audit log.',
  segment: 'Segment',
  chooseSegment: 'Choose a segment',
  agreed: 'Purpose that they agreed to',
  choosePurpose: 'Choose a purpose',
  form: 'What is hashed',
  forms: { e164: '+8613800001111', digits: '8613800001111', national: '13800001111 (China and North America)' },
  download: 'Download',
};
