import { type APIRequestContext, type BrowserContext, expect, type Page, test } from '@playwright/test';
import { axeViolations, expectNoOverflow } from '../support/page';

// The page of a form in a real browser against a real server: without a network, over a reload, with answers that get lost on
// their way back, on a phone and on the tablet of a store.

const signInLink = process.env.PERENNIAL_SIGN_IN_LINK ?? '';
if (!process.env.PERENNIAL_URL || signInLink === '') {
  throw new Error('needs PERENNIAL_URL and PERENNIAL_SIGN_IN_LINK of a fresh server: run scripts/forms_page.sh');
}

const words = (en: string, zh = `${en}（中）`) => ({ zh, en });
const field = (name: string, kind: string, more: object = {}) => ({ name, kind, label: words(name), ...more });

interface Form {
  id: string;
  path: string;
}

interface Results {
  submissions: number;
  customers: number;
  follow: { codes_shown: number };
  by_spot: { place_id: string | null }[];
}

/** Somebody who may make forms, and what the server counts. */
class Operator {
  private constructor(
    private readonly request: APIRequestContext,
    private readonly csrf: string,
  ) {}

  static async signIn(request: APIRequestContext): Promise<Operator> {
    const token = new URL(signInLink, 'http://x').searchParams.get('link');
    const origin = new URL(process.env.PERENNIAL_URL ?? '').origin;
    const session = await request.post('/api/v1/session/link', { data: { token }, headers: { origin } });
    expect(session.ok(), await session.text()).toBe(true);
    const operator = new Operator(request, (await session.json()).csrf_token);
    const password = { email: 'owner@example.com', name: 'Owner', new_password: 'three unrelated words' };
    await operator.call<unknown>('PUT', '/api/v1/session/password', password);
    return operator;
  }

  async call<T>(method: string, path: string, data?: object): Promise<T> {
    const origin = new URL(process.env.PERENNIAL_URL ?? '').origin;
    const headers = { 'x-csrf-token': this.csrf, origin };
    const answer = await this.request.fetch(path, { method, data, headers });
    expect(answer.ok(), `${method} ${path}: ${await answer.text()}`).toBe(true);
    const text = await answer.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  async form(fields: object[]): Promise<Form> {
    return this.call<Form>('POST', '/api/v1/forms', {
      name: 'Membership',
      title: words('Become a member', '会员登记'),
      fields,
      touch_point: 'store',
    });
  }

  async submissions(form: Form): Promise<number> {
    return (await this.results(form)).submissions;
  }

  async results(form: Form): Promise<Results> {
    return this.call<Results>('GET', `/api/v1/forms/${form.id}/results`);
  }
}

const FIELDS = [
  field('phone', 'phone', { is_required: true }),
  field('name', 'text', { min: 2, max: 20 }),
  field('birthday', 'date'),
  field('size', 'choice', { choices: [{ value: 'L', label: words('Large', '大') }] }),
  field('wish', 'choices', { choices: ['tea', 'silk'].map((value) => ({ value, label: words(value) })) }),
];

let operator: Operator;
test.describe.configure({ mode: 'serial' });
test.beforeAll(async ({ playwright }) => {
  operator = await Operator.signIn(await playwright.request.newContext({ baseURL: process.env.PERENNIAL_URL }));
});

const open = async (context: BrowserContext, path: string): Promise<Page> => {
  const page = await context.newPage();
  await page.goto(path);
  // From now on it opens without a network, too.
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect
    .poll(() => page.evaluate(async () => (await (await caches.open('perennial-forms-1')).keys()).length))
    .toBe(3);
  return page;
};

async function fill(page: Page, phone: string) {
  await page.getByLabel('phone').fill(phone);
  await page.getByLabel('name').fill('Ann');
  await page.getByRole('button', { name: 'Send' }).click();
}

test('an answer with a wrong phone is refused by its field, and a right one is taken', async ({ browser }) => {
  const form = await operator.form(FIELDS);
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 360, height: 740 } });
  const page = await open(context, form.path);
  await expectNoOverflow(page);
  expect(await axeViolations(page)).toEqual([]);
  await fill(page, '1391234');
  await expect(page.getByText('A phone number such as 13912345678')).toBeVisible();
  await expect(page.getByLabel('phone')).toBeFocused();
  await expectNoOverflow(page);
  // The other language keeps what was filled in.
  await page.getByRole('button', { name: '中文' }).click();
  await expect(page.getByRole('heading', { name: '会员登记' })).toBeVisible();
  await expect(page.getByText('请填写正确的手机号')).toBeVisible();
  await expect(page.getByLabel('phone')).toHaveValue('1391234');
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByLabel('size').selectOption('L');
  await page.getByLabel('tea').check();
  await page.getByLabel('silk').check();
  await fill(page, '139 1234 5678');
  await expect(page.getByText('Sent. Thank you!')).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
  expect(await operator.submissions(form)).toBe(1);
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  await expect.poll(async () => (await operator.results(form)).customers).toBe(1);
  await context.close();
});

test('without a network answers wait, also over a reload, and arrive once', async ({ browser }) => {
  const form = await operator.form(FIELDS);
  const context = await browser.newContext({ locale: 'en-GB' });
  const page = await open(context, form.path);
  await context.setOffline(true);
  await fill(page, '13900000001');
  await expect(page.getByText('Saved on this device')).toBeVisible();
  await expect(page.locator('#waiting')).toHaveText('1 waiting to be sent');
  // The page itself opens without a network.
  await page.reload();
  await expect(page.locator('#waiting')).toHaveText('1 waiting to be sent');
  await fill(page, '13900000002');
  await expect(page.locator('#waiting')).toHaveText('2 waiting to be sent');
  expect(await operator.submissions(form)).toBe(0);
  await context.setOffline(false);
  await expect(page.locator('#waiting')).toHaveCount(0);
  expect(await operator.submissions(form)).toBe(2);
  await page.reload();
  expect(await operator.submissions(form)).toBe(2);
  await context.close();
});

test('an answer whose receipt gets lost is sent again and is there once', async ({ browser }) => {
  const form = await operator.form(FIELDS);
  const context = await browser.newContext({ locale: 'en-GB' });
  const page = await open(context, form.path);
  // Taken by the server, and twice nobody is told. A worker stands between the page and the driver, so the page itself is told.
  await page.evaluate(() => {
    const send = window.fetch.bind(window);
    Object.assign(window, { arrived: 0 });
    window.fetch = async (url, options) => {
      const answer = await send(url, options);
      const counted = window as unknown as { arrived: number };
      counted.arrived += 1;
      if (counted.arrived <= 2) throw new TypeError('lost on its way back');
      return answer;
    };
  });
  const arrived = () => page.evaluate(() => (window as unknown as { arrived: number }).arrived);
  await fill(page, '13900000003');
  await expect(page.locator('#waiting')).toHaveText('1 waiting to be sent');
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expect.poll(arrived).toBe(2);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expect(page.locator('#waiting')).toHaveCount(0);
  expect([await arrived(), await operator.submissions(form)]).toEqual([3, 1]);
  await context.close();
});

test('a counter forgets each person, shows the code, and says how many wait', async ({ browser }) => {
  const form = await operator.form(FIELDS);
  const place = await operator.call<{ id: string }>('POST', '/api/v1/places', {
    kind: 'store',
    code: 'S12',
    name: 'Store 12',
  });
  const made = await operator.call<{ items: { id: string }[] }>('POST', '/api/v1/codes', {
    codes: [{ name: 'follow', touch_point: 'official_account', target: 'https://weixin.example/' }],
  });
  const counter = await operator.call<{ slug: string }>('POST', `/api/v1/forms/${form.id}/counters`, {
    name: 'By the door',
    place: place.id,
    code: made.items[0]?.id,
  });
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 768, height: 1024 } });
  const page = await open(context, `${form.path}/${counter.slug}`);
  await expect(page.getByText('By the door')).toBeVisible();
  await context.setOffline(true);
  for (let number = 1; number <= 5; number += 1) {
    await page.getByLabel('phone').fill(`1390000010${number}`);
    await page.getByRole('button', { name: '提交' }).click();
    await expect(page.locator('.follow svg')).toBeVisible();
    await expect(page.locator('#waiting')).toHaveText(`${number} 份等待上传`);
    await page.getByRole('button', { name: '下一位' }).click();
    await expect(page.getByLabel('phone')).toHaveValue('');
    await expect(page.locator('body')).not.toContainText('13900000');
  }
  expect(await axeViolations(page)).toEqual([]);
  // One that the server refuses is kept for somebody to correct.
  await page.evaluate(
    ([path]) => {
      const prefix = `perennial-form:${path}:`;
      const key = Object.keys(localStorage).find((one) => one.startsWith(prefix)) as string;
      const entry = JSON.parse(localStorage.getItem(key) as string);
      entry.body.answers.name = 'A';
      localStorage.setItem(key, JSON.stringify(entry));
    },
    [`${form.path}/${counter.slug}`],
  );
  await context.setOffline(false);
  await expect(page.locator('#waiting')).toHaveCount(0);
  await expect(page.locator('#refused summary')).toHaveText('1 份未被接受');
  expect(await operator.submissions(form)).toBe(4);
  await page.locator('#refused summary').click();
  await page.getByRole('button', { name: '更正' }).click();
  await expect(page.getByText('请填写 2 到 20 个字')).toBeVisible();
  await page.getByLabel('name').fill('Anna');
  await page.getByRole('button', { name: '提交' }).click();
  await expect(page.getByText('已提交，谢谢！')).toBeVisible();
  const results = await operator.results(form);
  expect([results.submissions, results.follow.codes_shown, results.by_spot[0]?.place_id]).toEqual([5, 5, place.id]);
  await context.close();
});
