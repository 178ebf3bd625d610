import type { Messages } from '../zh';

export const jobs: Messages['jobs'] = {
  title: 'Jobs',
  names: {
    import: 'Import',
    value_run: 'Compute value',
    compact: 'Merge history files',
    recount_months: 'Count months again',
    rename_customers: 'Follow the believed names',
    scores: 'Work out the scores of the day',
    clean_up: 'Remove old files',
    erase: 'Erase a person',
    withdraw: 'Erase what was withdrawn',
  },
  filter: 'Filter by state',
  states: { waiting: 'waiting', running: 'running', done: 'done', dead: 'failed' },
  name: 'Job',
  state: 'State',
  attempt: 'Attempts',
  runAt: 'Runs at',
  created: 'Created',
  error: 'Last error',
  gaveUp: 'Several attempts failed, it has stopped.',
  willRetry: 'The last attempt failed, another follows by itself.',
  retry: 'Retry job',
  retried: 'The job is queued again.',
  empty: 'No such jobs.',
};
