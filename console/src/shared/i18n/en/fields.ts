import type { Messages } from '../zh';
import { plural } from './plural';

export const fields: Messages['fields'] = {
  title: 'Information',
  about:
    'Six classes. Of each field the source that the workspace believes first holds, and what others say is kept. Confidence is how probable it is that one more source would say the same: of n sources k agree, (k + 1) / (n + 2).',
  completeness: (percent) => `${percent} complete`,
  askNext: 'ask next:',
  toBeCollected: 'to be collected',
  open: (count) => `${count} to be collected`,
  others: (count) => `${plural(count, 'other source')}`,
  confidence: (percent) => `confidence ${percent}`,
  consented: 'consented',
  classes: {
    identity: 'Identity',
    behaviour: 'Behaviour',
    consumption: 'Consumption',
    decision: 'Decision',
    usage: 'Product usage',
    other: 'Other',
  },
  origins: {
    self_stated: 'stated by the person',
    authorised: 'authorised',
    staff: 'written down',
    imported: 'imported',
    observed: 'observed',
    other: 'other',
  },
  write: 'Write down',
  writeTitle: 'Write down what you were told',
  field: 'Field',
  value: 'Value',
  hints: {
    integer: 'A whole number',
    decimal: 'A number such as 12.5',
    boolean: 'yes or no',
    date: 'A day such as 1990-05-17',
    choices: 'Several values with commas between them',
    text: 'A text',
  },
  save: 'Save',
  done: 'Written down',
};
