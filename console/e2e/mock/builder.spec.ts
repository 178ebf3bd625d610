import { expect, type Page, test } from '@playwright/test';
import { smallTargets } from '../support/layout';
import { expectFitAndClean, expectNoOverflow, type LocaleTag, open, prepare } from '../support/page';

const picker = (page: Page) => page.getByTestId('add-condition').first();
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
const textOf = async (page: Page, text: string) => {
  await page.getByText(text, { exact: true }).click();
  return page.getByTestId('rule').inputValue();
};

/** What somebody does with one control: typing into it, choosing in it, or taking what is offered. Moving on is none. */
class Hands {
  count = 0;
  constructor(private readonly page: Page) {}

  async type(text: string) {
    this.count += 1;
    await this.page.keyboard.type(text);
  }

  async take() {
    this.count += 1;
    await this.page.keyboard.press('Enter');
  }

  async choose(steps: number) {
    this.count += 1;
    for (let step = 0; step < steps; step += 1) await this.page.keyboard.press('ArrowDown');
  }

  /** Tab, until the control of that name has the focus. */
  async moveTo(name: string) {
    for (let press = 0; press < 12; press += 1) {
      if ((await focused(this.page)) === name) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`not reached: ${name}`);
  }

  /** The condition is done: back to where the next one is looked for. */
  async done(): Promise<number> {
    await this.page.keyboard.press('Enter');
    const { count } = this;
    this.count = 0;
    return count;
  }
}

const WORDS = {
  'zh-CN': {
    lines: '买过 category',
    never: '没买过 category',
    silent: '沉默',
    reachable: '能触达',
    times: '次数',
    count: '几次',
    window: '什么时候',
    view: '文字',
  },
  en: {
    lines: 'bought category',
    never: 'never category',
    silent: 'silent',
    reachable: 'reached',
    times: 'How often',
    count: 'Times',
    window: 'When',
    view: 'As text',
  },
} satisfies Record<LocaleTag, object>;

for (const locale of ['zh-CN', 'en'] as const)
  test(`lenses twice in half a year, no care liquid, silent, reachable: by keyboard alone, at most five a condition, ${locale}`, async ({
    page,
    context,
  }) => {
    await prepare(context, locale, 'light');
    await open(page, '/segments/new');
    const w = WORDS[locale];
    const hands = new Hands(page);
    const counts: number[] = [];
    // From the field of the description on, where whoever makes a segment comes from.
    await page.getByRole('textbox').nth(2).focus();
    for (
      let press = 0;
      press < 6 && !(await picker(page).evaluate((one) => one === document.activeElement));
      press += 1
    )
      await page.keyboard.press('Tab');
    await expect(picker(page)).toBeFocused();

    await hands.type(w.lines);
    await hands.take();
    await hands.type('lens');
    await hands.moveTo(w.count);
    await hands.type('2');
    await hands.moveTo(w.window);
    // ever, 7, 30, 60, 90 days, 6 months
    await hands.choose(5);
    counts.push(await hands.done());
    await expect(picker(page)).toBeFocused();

    await hands.type(w.never);
    await hands.take();
    await hands.type('care liquid');
    await hands.moveTo(w.times);
    await hands.choose(3);
    counts.push(await hands.done());

    await hands.type(w.silent);
    await hands.take();
    counts.push(await hands.done());

    await hands.type(w.reachable);
    await hands.take();
    counts.push(await hands.done());

    expect(Math.max(...counts)).toBeLessThanOrEqual(5);
    await expect(page.getByTestId('condition')).toHaveCount(4);
    // Each says what it does by itself and to the whole.
    await expect(page.getByTestId('contribution')).toHaveCount(4);
    await expect(page.getByTestId('count')).toBeVisible();
    await expectFitAndClean(page, 'builder');
    expect(await textOf(page, w.view)).toBe(
      [
        'count of orders[line [category is "lens"]] in last 6 months >= 2',
        'and never orders[line [category is "care liquid"]]',
        'and never anything in last 60 days',
        'and reachable',
      ].join('\n'),
    );
  });

test('a text comes apart into fields, is changed there, and is a text again', async ({ page, context }) => {
  await prepare(context, 'zh-CN', 'light');
  await open(page, '/segments/new?rule=city is "杭州" and (reachable or not has tag vip)');
  const conditions = page.getByTestId('condition');
  await expect(conditions).toHaveCount(3);
  await expect(conditions.nth(0).getByRole('textbox', { name: '值' })).toHaveValue('杭州');
  await conditions.nth(0).getByRole('textbox', { name: '值' }).fill('成都');
  await conditions.nth(1).getByRole('combobox', { name: '渠道' }).selectOption('sms');
  await conditions.nth(2).getByRole('button', { name: /不是/ }).click();
  await page
    .getByRole('group', { name: '条件组' })
    .getByRole('combobox', { name: '这些条件怎么合在一起' })
    .selectOption('all');
  expect(await textOf(page, '文字')).toBe('city is "成都"\nand (reachable by sms and has tag vip)');
  await page.getByTestId('rule').fill('count of orders >= 2 and sequence (pages then orders within 3 days)');
  await page.getByText('逐条选', { exact: true }).click();
  await expect(conditions).toHaveCount(2);
  // What the form has no fields for is typed, and stays as it is.
  await expect(conditions.nth(1).getByRole('textbox', { name: '规则文字' })).toHaveValue(
    'sequence (pages then orders within 3 days)',
  );
  await conditions.nth(0).getByRole('button', { name: '删除第 1 条' }).click();
  await expect(picker(page)).toBeFocused();
  expect(await textOf(page, '文字')).toBe('sequence (pages then orders within 3 days)');
  // A text that does not come apart is not shown as a form.
  await page.getByTestId('rule').fill('city is "杭州" and');
  await page.getByText('逐条选', { exact: true }).click();
  await expect(page.getByText('拆不成一条条的条件')).toBeVisible();
  await page.getByRole('button', { name: '去“文字”里改' }).click();
  await expect(page.getByTestId('rule')).toHaveValue('city is "杭州" and');
});

test('what is wrong stands at its condition; a phone has all of it', async ({ page, context }) => {
  await prepare(context, 'zh-CN', 'light');
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, '/segments/new?rule=reachable and did event "Order Complted"');
  const wrong = page.getByTestId('condition').nth(1);
  await expect(wrong).toContainText('there is no event');
  await expect(page.getByTestId('condition').nth(0)).not.toContainText('there is no');
  await wrong.getByRole('button', { name: '删除第 2 条' }).click();
  await page.getByRole('button', { name: '加一组条件' }).click();
  const inner = page.getByRole('group', { name: '条件组' });
  await inner.getByTestId('add-condition').fill('city');
  await expect(page.getByRole('listbox')).toBeVisible();
  await expectFitAndClean(page, 'open list on a phone');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(inner.getByRole('textbox', { name: '值' })).toBeFocused();
  await page.keyboard.type('杭州');
  await expectNoOverflow(page);
  expect(await smallTargets(page)).toEqual([]);
  expect(await textOf(page, '文字')).toBe('reachable\nand city is "杭州"');
});
