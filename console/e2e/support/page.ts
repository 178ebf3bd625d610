import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type BrowserContext, expect, type Page } from '@playwright/test';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

interface Violation {
  id: string;
  impact: string | null;
  nodes: { html: string; failureSummary?: string }[];
}

/** Of the rules those that look at colours: nothing else of a page changes with its scheme. */
const COLOR_RULES = ['color-contrast', 'link-in-text-block'];

type Rules = { type: 'tag' | 'rule'; values: string[] };

/**
 * WCAG 2.2 AA violations of the page as it is now, or of the dialog that is open: what is behind it can neither be pressed
 * nor be read out. The script is evaluated by the driver, so the policy stays strict.
 */
export function axeViolations(page: Page): Promise<string[]> {
  return violationsOf(page, { type: 'tag', values: TAGS });
}

/** For a page that was looked at whole in the other scheme. */
export function colorViolations(page: Page): Promise<string[]> {
  return violationsOf(page, { type: 'rule', values: COLOR_RULES });
}

async function violationsOf(page: Page, runOnly: Rules): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  const violations = await page.evaluate(async (rules) => {
    const { axe } = window as unknown as {
      axe: { run: (root: Node, options: object) => Promise<{ violations: Violation[] }> };
    };
    const root = document.querySelector('[aria-modal="true"]') ?? document;
    return (await axe.run(root, { runOnly: rules, resultTypes: ['violations'] })).violations;
  }, runOnly);
  return violations.map(
    (one) =>
      `${one.id} (${one.impact}): ${one.nodes.map((node) => `${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`).join(' | ')}`,
  );
}

/** Polled: charts follow the width of their box one frame later. */
export async function expectNoOverflow(page: Page) {
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await expect
    .poll(overflow, { message: `pixels wider than the window: ${page.url()}`, intervals: [0, 50, 100, 200, 500] })
    .toBeLessThanOrEqual(0);
}

/** Two frames later, nothing is painted in the old colours any more. */
export async function turnDark(page: Page) {
  await page.evaluate(async () => {
    document.documentElement.setAttribute('data-mantine-color-scheme', 'dark');
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  });
}

/** What is open now fits into the window and is free of violations, light and dark; it is light again afterwards. */
export async function expectFitAndClean(page: Page, name: string) {
  await expect(page.locator('[role="dialog"] [data-loading-block]'), name).toHaveCount(0);
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((one) => one.finished)));
  expect(await axeViolations(page), `${name} light`).toEqual([]);
  await expectNoOverflow(page);
  await turnDark(page);
  expect(await colorViolations(page), `${name} dark`).toEqual([]);
  await page.evaluate(() => document.documentElement.setAttribute('data-mantine-color-scheme', 'light'));
}

export type LocaleTag = 'zh-CN' | 'en';

export async function prepare(context: BrowserContext, locale: LocaleTag, scheme: 'light' | 'dark') {
  await context.addInitScript(
    ([tag, colors]) => {
      localStorage.setItem('perennial.locale', tag as string);
      localStorage.setItem('perennial.scheme', colors as string);
    },
    [locale, scheme],
  );
}

/** Names a state of the made-up server for this context only. */
export async function mockState(context: BrowserContext, baseURL: string | undefined, name: string, value: string) {
  await context.addCookies([{ name, value: encodeURIComponent(value), url: baseURL ?? '' }]);
}

/** Whatever the browser complains about: errors, warnings, policy violations. */
export function collectComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}

export const ROUTES = [
  '/login',
  '/',
  '/customers',
  '/customers?group=champions&min_orders=3',
  '/customers/cus_000005',
  '/customers/cus_000005?tab=journey&stage=buy',
  '/customers/cus_000005?tab=behaviour',
  '/customers/cus_000005?tab=consumption',
  '/customers/cus_000005?tab=data',
  '/customers/cus_000005?tab=progress',
  '/customers/cus_000005?tab=relations',
  '/customers/cus_000005?tab=layers',
  '/customers/cus_000005?tab=preferences',
  '/customers/cus_000005?tab=usage',
  '/customers/cus_000015/privacy',
  '/customers/cus_000005/merge',
  '/customers/cus_000005/merge?with=cus_000002',
  '/segments',
  '/segments?state=archived',
  '/segments/new',
  '/segments/new?example=silent',
  '/segments/silent_buyers',
  '/segments/silent_buyers?tab=why&customer=cus_000005',
  '/segments/silent_buyers?tab=moves',
  '/segments/silent_buyers?tab=portrait',
  '/segments/hangzhou_regulars?tab=uses',
  '/segments/silent_buyers?tab=versions',
  '/key-customers',
  '/communities',
  '/communities?new=1&segment=hangzhou_regulars',
  '/communities/regulars',
  '/layers',
  '/layers/new?template=lifecycle',
  '/layers/life',
  '/layers/habits/edit',
  '/matrices',
  '/matrices?tab=priorities',
  '/matrices/teas',
  '/segments/compare?in=hangzhou_regulars,silent_buyers',
  '/segments/silent_buyers/edit',
  '/clusters',
  '/clusters/new',
  '/clusters/clu_buyers',
  '/clusters/clu_buyers?cluster=3',
  '/insights',
  '/insights?test=tst_box',
  '/insights?tab=attributes',
  '/insights?tab=trials',
  '/value?tab=rfm',
  '/value?tab=distribution',
  '/value?tab=cohorts',
  '/value?tab=backtest',
  '/imports',
  '/audiences',
  '/imports/new',
  '/imports/imp_0003',
  '/sources',
  '/sources/src_0001',
  '/sources/src_0002?outcome=refused',
  '/sources/src_0004',
  '/sources/src_0001/plan',
  '/sources/src_0003/plan',
  '/sources/src_0002/quarantine',
  '/sources/src_0001/quarantine',
  '/codes',
  '/codes?touch_point=store&days=30&sort=scans',
  '/codes/cod_000001',
  '/codes/cod_000006?from=2026-11-01&until=2026-11-02',
  '/codes/new',
  '/codes/print?codes=cod_000001,cod_000002',
  '/codes/units',
  '/codes/units/unb_0001',
  '/codes/receipts',
  '/codes/forms',
  '/codes/forms?state=closed',
  '/codes/forms/frm_0001',
  '/codes/forms/new',
  '/codes/forms/frm_0001/edit',
  '/scenes',
  '/scenes?tab=paths',
  '/scenes?tab=paths&path=store_receipt',
  '/reach',
  '/reach?by=clerk&parameter=channel&days=90',
  '/tickets',
  '/tickets?state=closed',
  '/tickets?tab=due',
  '/stores',
  '/stores/plc_11',
  '/stores/plc_1',
  '/clerks',
  '/clerks/clk_1',
  '/incentives',
  '/incentives?tab=rules',
  '/incentives?tab=settlements',
  '/clerk',
  '/settings',
  '/settings/account',
  '/settings/team',
  '/settings/tokens',
  '/settings/privacy',
  '/settings/privacy?erasure=era_0001',
  '/settings/inventory',
  '/settings/touch-points',
  '/settings/fields',
  '/settings/tags',
  '/settings/usage-cards',
  '/settings/stages',
  '/settings/topics',
  '/settings/webhooks',
  '/settings/webhooks/whk_0001',
  '/settings/webhooks/whk_0002?state=failed',
  '/settings/jobs',
  '/settings/audit',
  '/settings/system',
  '/nothing-here',
];

export async function open(page: Page, path: string) {
  await page.goto(path);
  await expect(page.locator('h1').first()).toBeAttached();
  await page.waitForFunction(() => !document.querySelector('[data-loading-block], [aria-busy="true"]'));
}
