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

function twoFrames(page: Page) {
  return page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  });
}

async function turn(page: Page, scheme: 'light' | 'dark') {
  await page.evaluate((name) => document.documentElement.setAttribute('data-mantine-color-scheme', name), scheme);
  // Two frames later, nothing is painted in the old colours any more.
  await twoFrames(page);
}

/** Free of violations, light and dark; it is light again afterwards. */
export async function expectClean(page: Page, name: string, check: typeof expect.soft = expect) {
  check(await axeViolations(page), `${name} light`).toEqual([]);
  await turn(page, 'dark');
  check(await colorViolations(page), `${name} dark`).toEqual([]);
  await turn(page, 'light');
}

/** What is open now fits into the window and is free of violations, light and dark; it is light again afterwards. */
export async function expectFitAndClean(page: Page, name: string) {
  await expect(page.locator('[role="dialog"] [data-loading-block]'), name).toHaveCount(0);
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((one) => one.finished)));
  await expectNoOverflow(page);
  await expectClean(page, name);
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

export async function open(page: Page, path: string) {
  await page.goto(path);
  await expect(page.locator('h1').first()).toBeAttached();
  await loaded(page);
}

/** Nothing is awaited any more that says so. */
function loaded(page: Page) {
  return page.waitForFunction(() => !document.querySelector('[data-loading-block], [aria-busy="true"]'));
}

/** The page as it stands in a window of this size: what is other markup there has come, and charts follow their box. */
export async function resize(page: Page, width: number, height: number) {
  await page.setViewportSize({ width, height });
  await twoFrames(page);
  await loaded(page);
}
