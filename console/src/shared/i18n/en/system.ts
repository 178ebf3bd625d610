import type { Messages } from '../zh';

export const system: Messages['system'] = {
  title: 'System',
  version: 'Version',
  store: 'Database',
  dataSize: 'Data folder',
  facts: 'Facts in history',
  files: 'History files',
  historySize: 'History size',
  historyVersion: 'History version',
  started: 'Started',
  about: {
    facts: 'Records that are appended and never changed.',
    dataSize: 'Space that the data folder takes on disk.',
  },
};
