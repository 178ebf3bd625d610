// Innovation tests and attributes: two tests, of which one is closed, and attributes in all four quadrants. The arithmetic is
// the server's in short: enough for a screen.
import type { AttributeBody, TestBody } from '../../src/insights/api';
import type { Attribute, Comparison, InnovationTest, Verdict } from '../../src/insights/types';
import { type Call, problem, type Reply, type Route, refusedByVersion } from './call.ts';
import { users } from './users.ts';

const CREATED_AT = '2026-11-02T02:00:00Z';
const Z_95 = 1.959964;

/** Of a normal distribution, how much lies above so many deviations (Abramowitz and Stegun 26.2.17). */
function above(deviations: number): number {
  const x = Math.abs(deviations);
  const t = 1 / (1 + 0.2316419 * x);
  const tail =
    (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return deviations >= 0 ? tail : 1 - tail;
}

function compared([control, ...others]: TestBody['arms']): (Comparison | null)[] {
  return others.map((arm) => {
    if (!control || control.people === 0 || arm.people === 0) return null;
    const [p, q] = [control.conversions / control.people, arm.conversions / arm.people];
    const pooled = (control.conversions + arm.conversions) / (control.people + arm.people);
    const none = Math.sqrt(pooled * (1 - pooled) * (1 / control.people + 1 / arm.people));
    const own = Math.sqrt((p * (1 - p)) / control.people + (q * (1 - q)) / arm.people);
    const lift = q - p;
    return {
      rate: q,
      control_rate: p,
      lift_points: lift * 100,
      low_points: (lift - Z_95 * own) * 100,
      high_points: (lift + Z_95 * own) * 100,
      relative: p > 0 ? lift / p : null,
      p_value: none > 0 ? 2 * above(Math.abs(lift) / none) : 1,
      power: own > 0 ? above((Z_95 * none - Math.abs(lift)) / own) : 0,
    };
  });
}

function testOf(id: string, body: TestBody): InnovationTest {
  return {
    ...body,
    id,
    comparisons: compared(body.arms),
    closed: false,
    verdict: null,
    note: null,
    closed_by: null,
    closed_at: null,
    created_by: 'Ann Lee',
    created_at: CREATED_AT,
    version: 1,
  };
}

const tests: InnovationTest[] = [
  testOf('tst_greeting', {
    name: 'A greeting by voice',
    innovation: 'communication',
    hypothesis: 'Who hears a clerk comes sooner than who reads a text.',
    started_on: '2026-11-10',
    arms: [
      { name: 'Text', people: 800, conversions: 96 },
      { name: 'Voice', people: 790, conversions: 101 },
      { name: 'Voice and name', people: 805, conversions: 118 },
    ],
  }),
  {
    ...testOf('tst_box', {
      name: '春季礼盒',
      innovation: 'product',
      hypothesis: '送礼的客户会因为礼盒再买一次。',
      started_on: '2026-09-01',
      arms: [
        { name: '照旧', people: 2000, conversions: 200 },
        { name: '礼盒', people: 2000, conversions: 240 },
      ],
    }),
    closed: true,
    verdict: 'adopt',
    note: '从三月起所有门店上架。',
    closed_by: 'Ann Lee',
    closed_at: '2026-10-08T06:20:00Z',
    version: 2,
  },
];

const attribute = (id: string, name: string, importance: number, satisfaction: number, rest: Partial<Attribute>) => ({
  id,
  name,
  importance,
  satisfaction,
  ratings: 240,
  owner: 'usr_2',
  due_on: '2027-01-31',
  done: false,
  note: '',
  created_at: CREATED_AT,
  version: 1,
  ...rest,
});

let attributes = [
  attribute('att_taste', '口味', 9.2, 8.6, { done: true }),
  attribute('att_delivery', '准时送达', 8.8, 5.4, { due_on: '2026-11-20', note: '换掉华东的承运商' }),
  attribute('att_wrapping', 'Wrapping', 5.1, 8.9, { owner: 'usr_4' }),
  attribute('att_app', 'Ordering by phone', 6.2, 4.8, { ratings: 180, owner: 'usr_gone' }),
  attribute('att_price', '价格', 8.1, 6.2, { owner: 'usr_4' }),
  attribute('att_choice', 'Choice', 7.4, 7.9, {}),
];

/** With what follows from all. */
function shown(): Attribute[] {
  const mean = (of: (one: (typeof attributes)[number]) => number) =>
    attributes.reduce((sum, one) => sum + of(one), 0) / attributes.length;
  const [importance, satisfaction] = [mean((one) => one.importance), mean((one) => one.satisfaction)];
  const today = new Date().toISOString().slice(0, 10);
  return attributes.map((one) => ({
    ...one,
    quadrant:
      one.importance >= importance
        ? one.satisfaction >= satisfaction
          ? 'strengthen'
          : 'fix'
        : one.satisfaction >= satisfaction
          ? 'enough'
          : 'low_priority',
    owner_name: users.find(({ id }) => id === one.owner)?.name ?? null,
    overdue: !one.done && one.due_on < today,
  }));
}

const isEmpty = (call: Call) => call.cookies.mock === 'empty';
const refused = (pointer: string, detail: string) =>
  problem(422, 'invalid_request', { errors: [{ pointer, code: 'out_of_range', detail }] });

function wrongArms({ arms }: TestBody): Reply | null {
  const wrong = arms.some(({ people, conversions }) => conversions > people);
  return wrong ? refused('/arms', 'people from 0 to 1000000000, and no more conversions than people') : null;
}

function changeTest(call: Call, id: string): Reply {
  const test = tests.find((one) => one.id === id);
  if (!test) return problem(404, 'not_found');
  if (test.closed) return problem(409, 'conflict');
  const body = call.body as TestBody;
  const no = refusedByVersion(call, test.version) ?? wrongArms(body);
  if (no) return no;
  Object.assign(test, body, { comparisons: compared(body.arms), version: test.version + 1 });
  return { body: test };
}

function closeTest(call: Call, id: string): Reply {
  const test = tests.find((one) => one.id === id);
  if (!test) return problem(404, 'not_found');
  if (test.closed || test.comparisons.includes(null)) return problem(409, 'conflict');
  const no = refusedByVersion(call, test.version);
  if (no) return no;
  const { verdict, note } = call.body as { verdict: Verdict; note: string };
  const now = new Date().toISOString();
  Object.assign(test, { closed: true, verdict, note, closed_by: '林晓岚', closed_at: now, version: test.version + 1 });
  return { body: test };
}

function putAttribute(call: Call, id: string | null): Reply {
  const body = call.body as AttributeBody;
  const before = attributes.find((one) => one.id === id);
  if (id !== null) {
    const no = before ? refusedByVersion(call, before.version) : problem(404, 'not_found');
    if (no) return no;
  }
  if (!users.some((one) => one.id === body.owner && one.status === 'active'))
    return refused('/owner', 'the id of a user who may sign in');
  const made = attribute(id ?? `att_${attributes.length + 1}`, body.name, body.importance, body.satisfaction, {
    ...body,
    version: (before?.version ?? 0) + 1,
  });
  attributes = before ? attributes.map((one) => (one === before ? made : one)) : [...attributes, made];
  return { status: before ? 200 : 201, body: shown().find((one) => one.id === made.id) };
}

export const INSIGHT_ROUTES: Route[] = [
  ['GET', /^\/innovation-tests$/, (call) => ({ body: { items: isEmpty(call) ? [] : tests } })],
  [
    'POST',
    /^\/innovation-tests$/,
    (call) => {
      const body = call.body as TestBody;
      const no = wrongArms(body);
      if (no) return no;
      const made = testOf(`tst_${tests.length + 1}`, body);
      tests.unshift(made);
      return { status: 201, body: made };
    },
  ],
  ['PUT', /^\/innovation-tests\/([^/]+)$/, (call, match) => changeTest(call, match[1] ?? '')],
  ['POST', /^\/innovation-tests\/([^/]+)\/close$/, (call, match) => closeTest(call, match[1] ?? '')],
  [
    'GET',
    /^\/trials$/,
    (call) => ({
      body: {
        as_of: '2026-11-21T03:00:00Z',
        items: isEmpty(call)
          ? []
          : [
              {
                code: 'spring_letter',
                arms: [
                  { content: 'plain', offer: 'none', shown: 500, responded: 9 },
                  { content: 'plain', offer: 'tenth_off', shown: 500, responded: 74 },
                  { content: 'story', offer: 'none', shown: 500, responded: 99 },
                  { content: 'story', offer: 'tenth_off', shown: 500, responded: 109 },
                ],
              },
            ],
      },
    }),
  ],
  ['GET', /^\/attributes$/, (call) => ({ body: { items: isEmpty(call) ? [] : shown() } })],
  ['POST', /^\/attributes$/, (call) => putAttribute(call, null)],
  ['PUT', /^\/attributes\/([^/]+)$/, (call, match) => putAttribute(call, match[1] ?? '')],
  [
    'DELETE',
    /^\/attributes\/([^/]+)$/,
    (_, match) => {
      if (!attributes.some(({ id }) => id === match[1])) return problem(404, 'not_found');
      attributes = attributes.filter(({ id }) => id !== match[1]);
      return { status: 204 };
    },
  ],
  [
    'GET',
    /^\/attribute-owners$/,
    () => ({
      body: {
        items: users.filter(({ status }) => status === 'active').map(({ id, name }) => ({ user_id: id, name })),
      },
    }),
  ],
];
