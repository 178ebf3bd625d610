import { expect, it } from 'vitest';
import { en } from './en';
import { loadMessages, needWords } from './load';
import { zh } from './zh';

it('the words of a slice come when they are needed, and then in every language that is shown', async () => {
  const chinese = await loadMessages('zh-CN');
  expect(chinese.common).toBe(zh.common);
  expect('sources' in chinese).toBe(false);
  // Somebody changes the language while the page is on its way.
  const [, english] = await Promise.all([
    needWords(
      [
        'home',
        'customers',
        'value',
        'sources',
        'plans',
        'quarantine',
        'identity',
        'clerk',
        'stores',
        'scope',
        'clerks',
        'consent',
        'privacy',
        'webhooks',
        'touchPoints',
        'codes',
        'units',
        'wizard',
        'importPage',
        'audit',
        'fields',
        'tags',
        'settings',
        'team',
        'tokens',
        'system',
        'jobs',
        'scenes',
        'stages',
        'topics',
        'relations',
        'progress',
        'journey',
        'tagRegistry',
        'fieldRegistry',
        'usageCards',
        'tickets',
        'reach',
        'forms',
        'formEditor',
        'inventory',
        'paths',
        'receipts',
        'segments',
        'segmentEditor',
        'segmentInsight',
        'ruleBuilder',
        'layers',
        'matrices',
        'customerLayers',
        'clusters',
        'insights',
        'audiences',
        'communities',
        'consumption',
        'keyCustomers',
        'keep',
      ],
      'zh-CN',
    ),
    loadMessages('en'),
  ]);
  expect(chinese.sources).toBe(zh.sources);
  expect(english).toEqual(en);
});
