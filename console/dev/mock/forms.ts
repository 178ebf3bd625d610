import type { Counter, CounterSettings, Form, FormSettings, FormSpot, FormSubmission } from '../../src/forms/types';
import { type Call, PROBLEM, problem, type Reply, type Route } from './call.ts';
import { iso, random } from './data.ts';
import { isOpen } from './touchPoints.ts';

// Forms with their counters, and who answered.

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const began = Date.now();
const next = random(77);
let serial = 0;
let counterSerial = 0;
const slug = () => Array.from({ length: 10 }, () => LETTERS[Math.floor(next() * LETTERS.length)]).join('');

interface Stored {
  form: Form;
  counters: Counter[];
  submissions: FormSubmission[];
}

const question = (
  name: string,
  kind: string,
  zh: string,
  en: string,
  more: Partial<FormSettings['fields'][number]> = {},
) => ({
  name,
  kind,
  label: { zh, en },
  choices: [],
  is_required: false,
  min: null,
  max: null,
  ...more,
});

const settingsOf = (name: string, more: Partial<FormSettings> = {}): FormSettings => ({
  name,
  title: { zh: '收货信息', en: 'Delivery' },
  intro: null,
  thanks: null,
  fields: [
    question('phone', 'phone', '手机号', 'Mobile number', { is_required: true }),
    question('name', 'text', '姓名', 'Name', { max: 40 }),
  ],
  consents: [],
  touch_point: 'website',
  place: null,
  code: null,
  campaign: null,
  ends_at: null,
  clerk_script: null,
  ...more,
});

function stored(settings: FormSettings, atMs: number, more: Partial<Form> = {}): Stored {
  serial += 1;
  const form: Form = {
    id: `frm_${String(serial).padStart(4, '0')}`,
    path: `/f/${slug()}`,
    settings,
    version: 1,
    created_by: 'usr_1',
    created_at: iso(atMs),
    changed_at: iso(atMs),
    archived_at: null,
    ...more,
  };
  return { form, counters: [], submissions: [] };
}

function counterOf(form_id: string, settings: CounterSettings, more: Partial<Counter> = {}): Counter {
  counterSerial += 1;
  return {
    id: `fco_${String(counterSerial).padStart(4, '0')}`,
    form_id,
    slug: slug(),
    ...settings,
    created_by: 'usr_1',
    created_at: iso(began - 30 * DAY_MS),
    archived_at: null,
    version: 1,
    ...more,
  };
}

/** The first one first. On a counter some arrive hours later: there was no network. */
function answersOf({ form, counters }: Stored, count: number): FormSubmission[] {
  const times = Array.from({ length: count }, () => began - HOUR_MS - next() * 30 * DAY_MS).sort((a, b) => a - b);
  return times.map((at, place) => {
    const counter = place % 4 === 3 ? undefined : counters[place % Math.max(1, counters.length)];
    const code_id = counter?.code ?? form.settings.code;
    return {
      id: `0193a5c2-7f2e-7abc-8d11-${String(place).padStart(12, '0')}`,
      version: place < count / 2 ? Math.max(1, form.version - 1) : form.version,
      counter_id: counter?.id ?? null,
      place_id: counter?.place ?? form.settings.place,
      clerk_id: counter?.clerk ?? null,
      code_id,
      is_code_shown: code_id !== null && place % 5 !== 0,
      at: iso(at),
      received_at: iso(at + (counter && place % 3 === 0 ? 3 * HOUR_MS : 2000)),
      customer_id: place % 23 === 22 ? null : `cus_${String((place % 60) + 1).padStart(6, '0')}`,
    };
  });
}

const spring = stored(
  settingsOf('Spring delivery', {
    intro: { zh: '请填写收货信息，我们尽快寄出春茶。', en: 'Tell us where to send your spring tea.' },
    fields: [
      question('phone', 'phone', '手机号', 'Mobile number', { is_required: true }),
      question('name', 'text', '姓名', 'Name', { is_required: true, max: 40 }),
      question('address', 'text', '收货地址', 'Delivery address', { is_required: true, max: 200 }),
      question('birthday', 'date', '生日', 'Birthday'),
      question('tea_type', 'choice', '爱喝的茶', 'Favourite tea', {
        choices: [
          { value: 'green', label: { zh: '绿茶', en: 'Green' } },
          { value: 'oolong', label: { zh: '乌龙', en: 'Oolong' } },
          { value: 'black', label: { zh: '红茶', en: 'Black' } },
        ],
      }),
      question('age', 'integer', '年龄', 'Age', { min: 16, max: 120 }),
    ],
    consents: [
      { name: 'marketing', purpose: 'marketing', channels: ['sms'], text_zh: '2', text_en: '2', is_required: false },
    ],
    place: 'plc_1',
    code: 'cod_000001',
    campaign: 'spring',
  }),
  began - 40 * DAY_MS,
  { version: 3, changed_at: iso(began - 9 * DAY_MS) },
);
spring.counters = [
  counterOf(spring.form.id, { name: 'Tablet by the door', place: 'plc_1', clerk: 'clk_1', code: 'cod_000002' }),
  counterOf(spring.form.id, { name: 'Till', place: 'plc_2', clerk: null, code: null }),
  counterOf(
    spring.form.id,
    { name: 'Old tablet', place: 'plc_3', clerk: null, code: null },
    { archived_at: iso(began - 2 * DAY_MS), version: 2 },
  ),
];
spring.submissions = answersOf({ ...spring, counters: spring.counters.slice(0, 2) }, 130);
const fair = stored(
  settingsOf('Tea fair', { touch_point: 'offline_promotion', ends_at: iso(began - 3 * DAY_MS) }),
  began - 60 * DAY_MS,
);
fair.submissions = answersOf(fair, 12);

let all: Stored[] = [
  stored(settingsOf('Old survey'), began - 200 * DAY_MS, { archived_at: iso(began - 100 * DAY_MS), version: 2 }),
  fair,
  stored(settingsOf('Membership', { title: { zh: '会员资料', en: 'Membership' } }), began - 5 * DAY_MS),
  spring,
];

const one = (id: string | undefined) => all.find(({ form }) => form.id === id);

const on =
  (handle: (call: Call, found: Stored) => Reply) =>
  (call: Call, match: RegExpMatchArray): Reply => {
    const found = one(match[1]);
    return found ? handle(call, found) : problem(404, 'not_found');
  };

const overtaken = () => ({ ...problem(412, 'precondition_failed'), headers: PROBLEM });

function page<T>(call: Call, items: T[]): Reply {
  const from = Number(call.query.get('cursor') ?? 0);
  const limit = Number(call.query.get('limit') ?? 50);
  const more = from + limit < items.length;
  return { body: { items: items.slice(from, from + limit), next_cursor: more ? String(from + limit) : null } };
}

/** Some of what the registries have against it. */
function refused(settings: FormSettings): Reply | null {
  const errors = settings.fields.flatMap(({ name, kind }, place) =>
    name === 'age' && kind !== 'integer'
      ? [
          {
            pointer: `/fields/${place}/kind`,
            code: 'invalid_value',
            detail: 'integer, as the field has in the registry',
          },
        ]
      : [],
  );
  if (!isOpen(settings.touch_point))
    errors.push({ pointer: '/touch_point', code: 'invalid_value', detail: 'the code of a touch-point that is open' });
  return errors.length > 0 ? problem(422, 'invalid_request', { errors }) : null;
}

function create(call: Call): Reply {
  const settings = call.body as FormSettings;
  const wrong = refused(settings);
  if (wrong) return wrong;
  const made = stored(settings, Date.now());
  all = [...all, made];
  return { status: 201, body: made.form };
}

function change(found: Stored, more: Partial<Form>): Reply {
  found.form = { ...found.form, ...more };
  return { body: found.form, headers: { ETag: `"${found.form.version}"` } };
}

function update(call: Call, found: Stored): Reply {
  if (call.headers['if-match'] !== `"${found.form.version}"`) return overtaken();
  const settings = call.body as FormSettings;
  const { version } = found.form;
  return refused(settings) ?? change(found, { settings, version: version + 1, changed_at: iso(Date.now()) });
}

function follow(codes_shown: number) {
  const followed = Math.floor(codes_shown * 0.38);
  const rate_basis_points = codes_shown === 0 ? null : Math.round((followed / codes_shown) * 10_000);
  return { codes_shown, followed, followed_before: Math.floor(codes_shown * 0.1), rate_basis_points };
}

function results(call: Call, { submissions }: Stored): Reply {
  const at = (name: string, absent: number) => Date.parse(call.query.get(name) ?? '') || absent;
  const [from, until] = [at('from', 0), at('until', Number.POSITIVE_INFINITY)];
  const within = submissions.filter(({ at: when }) => Date.parse(when) >= from && Date.parse(when) < until);
  const spots = new Map<string, FormSubmission[]>();
  for (const answer of within) {
    const key = [answer.counter_id, answer.place_id, answer.clerk_id, answer.code_id].join(' ');
    spots.set(key, [...(spots.get(key) ?? []), answer]);
  }
  const shownOf = (answers: FormSubmission[]) => answers.filter(({ is_code_shown }) => is_code_shown).length;
  const by_spot: FormSpot[] = [...spots.values()].map((answers) => {
    const { counter_id, place_id, clerk_id, code_id } = answers[0] as FormSubmission;
    const last_at = answers.at(-1)?.at ?? iso(began);
    return {
      counter_id,
      place_id,
      clerk_id,
      code_id,
      submissions: answers.length,
      follow: follow(shownOf(answers)),
      last_at,
    };
  });
  const people = new Set(within.map(({ customer_id }) => customer_id).filter((id) => id !== null));
  const sum = (value: (spot: FormSpot) => number) => by_spot.reduce((total, spot) => total + value(spot), 0);
  const [codes_shown, followed] = [sum((spot) => spot.follow.codes_shown), sum((spot) => spot.follow.followed)];
  const refusals =
    submissions.length < 100
      ? []
      : [
          { reason: 'invalid', refused: 7, last_at: iso(began - 5 * HOUR_MS) },
          { reason: 'trap', refused: 2, last_at: iso(began - 4 * DAY_MS) },
        ];
  return {
    body: {
      submissions: within.length,
      customers: people.size,
      follow: {
        codes_shown,
        followed,
        followed_before: sum((spot) => spot.follow.followed_before),
        rate_basis_points: codes_shown === 0 ? null : Math.round((followed / codes_shown) * 10_000),
      },
      by_spot,
      refusals,
      attribution_days: 30,
    },
  };
}

function addCounter(call: Call, found: Stored): Reply {
  const made = counterOf(found.form.id, call.body as CounterSettings, { created_at: iso(Date.now()) });
  found.counters.push(made);
  return { status: 201, body: made };
}

function changeCounter(call: Call, match: RegExpMatchArray): Reply {
  const found = all.flatMap(({ counters }) => counters).find(({ id }) => id === match[1]);
  if (!found) return problem(404, 'not_found');
  if (call.headers['if-match'] !== `"${found.version}"`) return overtaken();
  const { settings, is_archived } = call.body as { settings: CounterSettings; is_archived: boolean };
  const archived_at = is_archived ? (found.archived_at ?? iso(Date.now())) : null;
  Object.assign(found, settings, { archived_at, version: found.version + 1 });
  return { body: found, headers: { ETag: `"${found.version}"` } };
}

const listed = ({ form, submissions }: Stored) => ({
  ...form,
  answers: submissions.length,
  last_answer_at: submissions.at(-1)?.at ?? null,
});

/** Of those who were asked to choose: the first choice half of them, the others what is left. */
const shares = (_: Call, { form, submissions }: Stored): Reply => {
  const answered = submissions.length;
  const share = (part: number) => (answered === 0 ? null : Math.round((10_000 * part) / answered));
  const chosen = (form.settings.fields ?? []).filter(({ kind }) => ['choice', 'choices', 'boolean'].includes(kind));
  const fields = chosen.map(({ name, kind, choices }) => {
    const values = kind === 'boolean' ? ['true', 'false'] : (choices ?? []).map(({ value }) => value);
    const first = Math.ceil(answered / 2);
    const counts = values.map((_value, place) => (place === 0 ? first : place === 1 ? answered - first : 0));
    return {
      name,
      kind,
      answered,
      choices: values.map((value, place) => ({
        value,
        answers: counts[place] ?? 0,
        share_basis_points: share(counts[place] ?? 0),
      })),
    };
  });
  return { body: { fields } };
};

export const FORM_ROUTES: Route[] = [
  ['GET', /^\/forms$/, (call) => page(call, call.cookies.mock === 'empty' ? [] : all.map(listed))],
  ['POST', /^\/forms$/, create],
  ['GET', /^\/forms\/([^/]+)$/, on((_, { form }) => ({ body: form, headers: { ETag: `"${form.version}"` } }))],
  ['PUT', /^\/forms\/([^/]+)$/, on(update)],
  ['POST', /^\/forms\/([^/]+)\/archive$/, on((_, found) => change(found, { archived_at: iso(Date.now()) }))],
  ['POST', /^\/forms\/([^/]+)\/restore$/, on((_, found) => change(found, { archived_at: null }))],
  ['GET', /^\/forms\/([^/]+)\/results$/, on(results)],
  ['GET', /^\/forms\/([^/]+)\/shares$/, on(shares)],
  ['GET', /^\/forms\/([^/]+)\/submissions$/, on((call, { submissions }) => page(call, submissions))],
  ['GET', /^\/forms\/([^/]+)\/counters$/, on((_, { counters }) => ({ body: { items: counters } }))],
  ['POST', /^\/forms\/([^/]+)\/counters$/, on(addCounter)],
  ['PUT', /^\/form-counters\/([^/]+)$/, changeCounter],
];
