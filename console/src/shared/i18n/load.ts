import type { LocaleTag } from '../api/types';
import type { Messages } from './zh';

// Every page downloads the core; the words of a slice that few visits need come with its pages.
// Callers may rely on this: once `needWords` is through, every dictionary that is or will be shown has them.

type Words = Record<LocaleTag, () => Promise<Partial<Messages>>>;

const CORE: Words = {
  'zh-CN': () => import('./zh/core').then((module) => module.core),
  en: () => import('./en/core').then((module) => module.core),
};

export type Part =
  | 'home'
  | 'customers'
  | 'value'
  | 'sources'
  | 'plans'
  | 'quarantine'
  | 'identity'
  | 'clerk'
  | 'stores'
  | 'scope'
  | 'clerks'
  | 'consent'
  | 'audiences'
  | 'communities'
  | 'consumption'
  | 'privacy'
  | 'webhooks'
  | 'touchPoints'
  | 'codes'
  | 'units'
  | 'wizard'
  | 'importPage'
  | 'audit'
  | 'fields'
  | 'tags'
  | 'settings'
  | 'team'
  | 'tokens'
  | 'fieldRegistry'
  | 'tagRegistry'
  | 'journey'
  | 'progress'
  | 'relations'
  | 'topics'
  | 'stages'
  | 'scenes'
  | 'jobs'
  | 'system'
  | 'usageCards'
  | 'tickets'
  | 'reach'
  | 'forms'
  | 'formEditor'
  | 'inventory'
  | 'paths'
  | 'receipts'
  | 'segments'
  | 'segmentEditor'
  | 'segmentInsight'
  | 'ruleBuilder'
  | 'layers'
  | 'matrices'
  | 'customerLayers'
  | 'clusters'
  | 'insights'
  | 'keyCustomers'
  | 'keep';

const PARTS: Record<Part, Words> = {
  home: {
    'zh-CN': () => import('./zh/home').then(({ home }) => ({ home })),
    en: () => import('./en/home').then(({ home }) => ({ home })),
  },
  customers: {
    'zh-CN': () => import('./zh/customers').then(({ customers }) => ({ customers })),
    en: () => import('./en/customers').then(({ customers }) => ({ customers })),
  },
  value: {
    'zh-CN': () => import('./zh/value').then(({ value }) => ({ value })),
    en: () => import('./en/value').then(({ value }) => ({ value })),
  },
  sources: {
    'zh-CN': () => import('./zh/sources').then(({ sources }) => ({ sources })),
    en: () => import('./en/sources').then(({ sources }) => ({ sources })),
  },
  plans: {
    'zh-CN': () => import('./zh/plans').then(({ plans }) => ({ plans })),
    en: () => import('./en/plans').then(({ plans }) => ({ plans })),
  },
  quarantine: {
    'zh-CN': () => import('./zh/quarantine').then(({ quarantine }) => ({ quarantine })),
    en: () => import('./en/quarantine').then(({ quarantine }) => ({ quarantine })),
  },
  identity: {
    'zh-CN': () => import('./zh/identity').then(({ identity }) => ({ identity })),
    en: () => import('./en/identity').then(({ identity }) => ({ identity })),
  },
  clerk: {
    'zh-CN': () => import('./zh/clerk').then(({ clerk }) => ({ clerk })),
    en: () => import('./en/clerk').then(({ clerk }) => ({ clerk })),
  },
  stores: {
    'zh-CN': () => import('./zh/stores').then(({ stores }) => ({ stores })),
    en: () => import('./en/stores').then(({ stores }) => ({ stores })),
  },
  scope: {
    'zh-CN': () => import('./zh/scope').then(({ scope }) => ({ scope })),
    en: () => import('./en/scope').then(({ scope }) => ({ scope })),
  },
  clerks: {
    'zh-CN': () => import('./zh/clerks').then(({ clerks }) => ({ clerks })),
    en: () => import('./en/clerks').then(({ clerks }) => ({ clerks })),
  },
  consent: {
    'zh-CN': () => import('./zh/consent').then(({ consent }) => ({ consent })),
    en: () => import('./en/consent').then(({ consent }) => ({ consent })),
  },
  audiences: {
    'zh-CN': () => import('./zh/audiences').then(({ audiences }) => ({ audiences })),
    en: () => import('./en/audiences').then(({ audiences }) => ({ audiences })),
  },
  communities: {
    'zh-CN': () => import('./zh/communities').then(({ communities }) => ({ communities })),
    en: () => import('./en/communities').then(({ communities }) => ({ communities })),
  },
  consumption: {
    'zh-CN': () => import('./zh/consumption').then(({ consumption }) => ({ consumption })),
    en: () => import('./en/consumption').then(({ consumption }) => ({ consumption })),
  },
  privacy: {
    'zh-CN': () => import('./zh/privacy').then(({ privacy }) => ({ privacy })),
    en: () => import('./en/privacy').then(({ privacy }) => ({ privacy })),
  },
  webhooks: {
    'zh-CN': () => import('./zh/webhooks').then(({ webhooks }) => ({ webhooks })),
    en: () => import('./en/webhooks').then(({ webhooks }) => ({ webhooks })),
  },
  touchPoints: {
    'zh-CN': () => import('./zh/touchPoints').then(({ touchPoints }) => ({ touchPoints })),
    en: () => import('./en/touchPoints').then(({ touchPoints }) => ({ touchPoints })),
  },
  codes: {
    'zh-CN': () => import('./zh/codes').then(({ codes }) => ({ codes })),
    en: () => import('./en/codes').then(({ codes }) => ({ codes })),
  },
  units: {
    'zh-CN': () => import('./zh/units').then(({ units }) => ({ units })),
    en: () => import('./en/units').then(({ units }) => ({ units })),
  },
  wizard: {
    'zh-CN': () => import('./zh/wizard').then(({ wizard }) => ({ wizard })),
    en: () => import('./en/wizard').then(({ wizard }) => ({ wizard })),
  },
  importPage: {
    'zh-CN': () => import('./zh/importPage').then(({ importPage }) => ({ importPage })),
    en: () => import('./en/importPage').then(({ importPage }) => ({ importPage })),
  },
  audit: {
    'zh-CN': () => import('./zh/audit').then(({ audit }) => ({ audit })),
    en: () => import('./en/audit').then(({ audit }) => ({ audit })),
  },
  fields: {
    'zh-CN': () => import('./zh/fields').then(({ fields }) => ({ fields })),
    en: () => import('./en/fields').then(({ fields }) => ({ fields })),
  },
  tags: {
    'zh-CN': () => import('./zh/tags').then(({ tags }) => ({ tags })),
    en: () => import('./en/tags').then(({ tags }) => ({ tags })),
  },
  settings: {
    'zh-CN': () => import('./zh/settings').then(({ settings }) => ({ settings })),
    en: () => import('./en/settings').then(({ settings }) => ({ settings })),
  },
  team: {
    'zh-CN': () => import('./zh/team').then(({ team }) => ({ team })),
    en: () => import('./en/team').then(({ team }) => ({ team })),
  },
  tokens: {
    'zh-CN': () => import('./zh/tokens').then(({ tokens }) => ({ tokens })),
    en: () => import('./en/tokens').then(({ tokens }) => ({ tokens })),
  },
  fieldRegistry: {
    'zh-CN': () => import('./zh/fieldRegistry').then(({ fieldRegistry }) => ({ fieldRegistry })),
    en: () => import('./en/fieldRegistry').then(({ fieldRegistry }) => ({ fieldRegistry })),
  },
  tagRegistry: {
    'zh-CN': () => import('./zh/tagRegistry').then(({ tagRegistry }) => ({ tagRegistry })),
    en: () => import('./en/tagRegistry').then(({ tagRegistry }) => ({ tagRegistry })),
  },
  journey: {
    'zh-CN': () => import('./zh/journey').then(({ journey }) => ({ journey })),
    en: () => import('./en/journey').then(({ journey }) => ({ journey })),
  },
  progress: {
    'zh-CN': () => import('./zh/progress').then(({ progress }) => ({ progress })),
    en: () => import('./en/progress').then(({ progress }) => ({ progress })),
  },
  relations: {
    'zh-CN': () => import('./zh/relations').then(({ relations }) => ({ relations })),
    en: () => import('./en/relations').then(({ relations }) => ({ relations })),
  },
  topics: {
    'zh-CN': () => import('./zh/topics').then(({ topics }) => ({ topics })),
    en: () => import('./en/topics').then(({ topics }) => ({ topics })),
  },
  stages: {
    'zh-CN': () => import('./zh/stages').then(({ stages }) => ({ stages })),
    en: () => import('./en/stages').then(({ stages }) => ({ stages })),
  },
  scenes: {
    'zh-CN': () => import('./zh/scenes').then(({ scenes }) => ({ scenes })),
    en: () => import('./en/scenes').then(({ scenes }) => ({ scenes })),
  },
  jobs: {
    'zh-CN': () => import('./zh/jobs').then(({ jobs }) => ({ jobs })),
    en: () => import('./en/jobs').then(({ jobs }) => ({ jobs })),
  },
  system: {
    'zh-CN': () => import('./zh/system').then(({ system }) => ({ system })),
    en: () => import('./en/system').then(({ system }) => ({ system })),
  },
  usageCards: {
    'zh-CN': () => import('./zh/usageCards').then(({ usageCards }) => ({ usageCards })),
    en: () => import('./en/usageCards').then(({ usageCards }) => ({ usageCards })),
  },
  tickets: {
    'zh-CN': () => import('./zh/tickets').then(({ tickets }) => ({ tickets })),
    en: () => import('./en/tickets').then(({ tickets }) => ({ tickets })),
  },
  reach: {
    'zh-CN': () => import('./zh/reach').then(({ reach }) => ({ reach })),
    en: () => import('./en/reach').then(({ reach }) => ({ reach })),
  },
  forms: {
    'zh-CN': () => import('./zh/forms').then(({ forms }) => ({ forms })),
    en: () => import('./en/forms').then(({ forms }) => ({ forms })),
  },
  formEditor: {
    'zh-CN': () => import('./zh/formEditor').then(({ formEditor }) => ({ formEditor })),
    en: () => import('./en/formEditor').then(({ formEditor }) => ({ formEditor })),
  },
  inventory: {
    'zh-CN': () => import('./zh/inventory').then(({ inventory }) => ({ inventory })),
    en: () => import('./en/inventory').then(({ inventory }) => ({ inventory })),
  },
  paths: {
    'zh-CN': () => import('./zh/paths').then(({ paths }) => ({ paths })),
    en: () => import('./en/paths').then(({ paths }) => ({ paths })),
  },
  receipts: {
    'zh-CN': () => import('./zh/receipts').then(({ receipts }) => ({ receipts })),
    en: () => import('./en/receipts').then(({ receipts }) => ({ receipts })),
  },
  segments: {
    'zh-CN': () => import('./zh/segments').then(({ segments }) => ({ segments })),
    en: () => import('./en/segments').then(({ segments }) => ({ segments })),
  },
  segmentEditor: {
    'zh-CN': () => import('./zh/segmentEditor').then(({ segmentEditor }) => ({ segmentEditor })),
    en: () => import('./en/segmentEditor').then(({ segmentEditor }) => ({ segmentEditor })),
  },
  clusters: {
    'zh-CN': () => import('./zh/clusters').then(({ clusters }) => ({ clusters })),
    en: () => import('./en/clusters').then(({ clusters }) => ({ clusters })),
  },
  insights: {
    'zh-CN': () => import('./zh/insights').then(({ insights }) => ({ insights })),
    en: () => import('./en/insights').then(({ insights }) => ({ insights })),
  },
  segmentInsight: {
    'zh-CN': () => import('./zh/segmentInsight').then(({ segmentInsight }) => ({ segmentInsight })),
    en: () => import('./en/segmentInsight').then(({ segmentInsight }) => ({ segmentInsight })),
  },
  ruleBuilder: {
    'zh-CN': () => import('./zh/ruleBuilder').then(({ ruleBuilder }) => ({ ruleBuilder })),
    en: () => import('./en/ruleBuilder').then(({ ruleBuilder }) => ({ ruleBuilder })),
  },
  layers: {
    'zh-CN': () => import('./zh/layers').then(({ layers }) => ({ layers })),
    en: () => import('./en/layers').then(({ layers }) => ({ layers })),
  },
  matrices: {
    'zh-CN': () => import('./zh/matrices').then(({ matrices }) => ({ matrices })),
    en: () => import('./en/matrices').then(({ matrices }) => ({ matrices })),
  },
  customerLayers: {
    'zh-CN': () => import('./zh/customerLayers').then(({ customerLayers }) => ({ customerLayers })),
    en: () => import('./en/customerLayers').then(({ customerLayers }) => ({ customerLayers })),
  },
  keyCustomers: {
    'zh-CN': () => import('./zh/keyCustomers').then(({ keyCustomers }) => ({ keyCustomers })),
    en: () => import('./en/keyCustomers').then(({ keyCustomers }) => ({ keyCustomers })),
  },
  keep: {
    'zh-CN': () => import('./zh/keep').then(({ keep }) => ({ keep })),
    en: () => import('./en/keep').then(({ keep }) => ({ keep })),
  },
};

/** What has come of each language that was asked for. */
const dictionaries = new Map<LocaleTag, Partial<Messages>>();
const wanted = new Set<Part>();

/** Only beside the made-up server: longer words in brackets, which show what does not fit and what is not translated. */
const IN_PSEUDO = import.meta.env.MODE === 'mock' && localStorage.getItem('perennial.pseudo') !== null;

/** A dictionary with the core and every part that is wanted, also one that somebody wants meanwhile. */
export async function loadMessages(locale: LocaleTag): Promise<Messages> {
  const found = dictionaries.get(locale) ?? {};
  dictionaries.set(locale, found);
  for (;;) {
    const missing = [...wanted].filter((part) => !(part in found)).map((part) => PARTS[part][locale]);
    if (!('common' in found)) missing.push(CORE[locale]);
    if (missing.length === 0) return found as Messages;
    const { pseudo } = IN_PSEUDO ? await import('./pseudo') : { pseudo: <T>(words: T) => words };
    for (const words of await Promise.all(missing.map((load) => load()))) Object.assign(found, pseudo(words));
  }
}

/** Beside the import of what uses them: the words of slices, in the language that is shown, and in others later. */
export async function needWords(parts: readonly Part[], first: LocaleTag): Promise<void> {
  for (const part of parts) wanted.add(part);
  const shown = dictionaries.size > 0 ? [...dictionaries.keys()] : [first];
  await Promise.all(shown.map(loadMessages));
}
