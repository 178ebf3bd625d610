import type { Asked, Cluster, Clustering, ClusteringHead, Interview, NewInterview } from '../../src/clusters/types';
import { type Call, problem, type Reply, type Route, refusedByVersion } from './call.ts';
import { buyers, iso, type MockCustomer } from './data.ts';

// Clusterings whose sizes, people and means agree with the made-up customers.

const PAGE_MAX = 200;
const HOUR_MS = 3_600_000;
const began = Date.now();

const FEATURES = [
  { of: '$frequency', name_zh: '购买次数', name_en: 'purchases', is_money: false, logarithmic: true },
  { of: '$monetary', name_zh: '消费金额', name_en: 'spending', is_money: true, logarithmic: true },
  {
    of: 'count of pages in last 90 days',
    name_zh: 'count of pages in last 90 days',
    name_en: 'count of pages in last 90 days',
    is_money: false,
    logarithmic: false,
  },
];

const figuresOf = ({ row, number }: MockCustomer) => [row.orders, row.revenue?.minor ?? 0, number % 7];

/** Three clusters by what people bought. */
function clusterOf({ row }: MockCustomer): number {
  if (row.orders >= 5) return 3;
  return row.orders >= 2 ? 2 : 1;
}

const people = (number: number) => buyers.filter((customer) => clusterOf(customer) === number);
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
const meansOf = (some: MockCustomer[]) =>
  FEATURES.map((_, place) => mean(some.map((one) => figuresOf(one)[place] ?? 0)));

function levelOf(difference: number): Cluster['levels'][number] {
  const far = Math.abs(difference);
  if (far < 0.35) return 'average';
  const side = difference > 0 ? 'above' : 'below';
  return far < 0.8 ? `slightly_${side}` : far < 1.6 ? side : `far_${side}`;
}

const DIFFERENCES = [
  [-0.9, -0.7, 0.1],
  [0.4, 0.3, -0.05],
  [1.8, 1.7, 0.02],
];
const WORDS = [
  ['购买次数低于平均，消费金额略低于平均', 'Purchases below average, spending slightly below average'],
  ['购买次数略高于平均', 'Purchases slightly above average'],
  ['购买次数远高于平均，消费金额远高于平均', 'Purchases far above average, spending far above average'],
];

const interviews: (Interview & { cluster: string })[] = Array.from({ length: 8 }, (_, place) => ({
  cluster: 'clu_buyers.3',
  id: `itv_${place}`,
  kind: place === 7 ? 'panel' : 'interview',
  hypothesis: 'They buy for others too',
  supported: place < 6,
  quote: ['I take two boxes, one goes to my mother', 'For the office, mostly', ''][place % 3] ?? '',
  interviewer: 'Wu',
  held_on: `2026-11-${10 + place}`,
  customer_id: place === 0 ? 'cus_000005' : null,
  recorded_by: 'Lin',
  recorded_at: iso(began - 40 * HOUR_MS),
}));

function headOf(id: string, asked: Asked, more: Partial<ClusteringHead> = {}): ClusteringHead {
  return {
    id,
    name: asked.name,
    description: '',
    population: asked.population,
    features: asked.features,
    method: asked.method,
    k_min: asked.k_min ?? null,
    k_max: asked.k_max ?? null,
    min_people: asked.min_people ?? null,
    seed: asked.seed,
    active: '$probability_active >= 0.5',
    state: 'done',
    progress: 1,
    error: null,
    tag_group: null,
    assignment_asked_at: null,
    created_by: 'Lin',
    created_at: iso(began - 50 * HOUR_MS),
    finished_at: iso(began - 49 * HOUR_MS),
    version: 2,
    ...more,
  };
}

const ASKED: Asked = {
  name: 'Buyers by what they bought',
  population: 'did orders',
  features: FEATURES.map(({ of, logarithmic }) => ({ of, logarithmic })),
  method: 'k_means',
  k_min: 2,
  k_max: 6,
  seed: 20,
};

const heads: ClusteringHead[] = [
  headOf('clu_buyers', ASKED),
  headOf(
    'clu_none',
    { ...ASKED, name: 'Who never came back', method: 'density', min_people: 400 },
    {
      state: 'failed',
      error: 'no place is dense enough: ask for smaller clusters, or for k-means',
      progress: 0.3,
      version: 1,
    },
  ),
];
/** By cluster: what somebody called it. */
const names = new Map<string, { name: string; description: string }>([
  ['clu_buyers.3', { name: 'Regulars', description: 'Ask them first' }],
]);
/** Of one that was just asked for: how often it was looked at. */
const looks = new Map<string, number>();

function clustersOf(head: ClusteringHead): Cluster[] {
  return [1, 2, 3].map((number, place) => {
    const id = `${head.id}.${number}`;
    const own = people(number);
    const heard = interviews.filter(({ cluster }) => cluster === id);
    const supported = heard.filter((one) => one.supported).length;
    const percent = heard.length === 0 ? null : Math.round((supported / heard.length) * 100);
    const differences = DIFFERENCES[place] ?? [];
    const hypotheses = [...new Set(heard.map(({ hypothesis }) => hypothesis))].map((hypothesis) => {
      const about = heard.filter((one) => one.hypothesis === hypothesis);
      const yes = about.filter((one) => one.supported).length;
      return {
        hypothesis,
        interviews: about.length,
        supported: yes,
        verified_percent: Math.round((yes / about.length) * 100),
      };
    });
    return {
      id,
      number,
      name: names.get(id)?.name ?? '',
      description: names.get(id)?.description ?? '',
      tag: head.tag_group && `${head.tag_group}_${number}`,
      size: own.length,
      share: own.length / buyers.length,
      means: meansOf(own),
      differences,
      levels: differences.map(levelOf),
      words_zh: WORDS[place]?.[0] ?? '',
      words_en: WORDS[place]?.[1] ?? '',
      interviews: heard.length,
      supported,
      verified_percent: percent,
      hypotheses,
    };
  });
}

function shown(head: ClusteringHead): Clustering {
  if (head.state !== 'done') return { ...head, found: null };
  const all = meansOf(buyers);
  const inactive = people(1);
  return {
    ...head,
    found: {
      tried: [2, 3, 4, 5, 6].map((k, place) => ({
        k,
        silhouette: [0.41, 0.52, 0.44, 0.39, 0.33][place] ?? null,
        inertia: 4_000 / k,
      })),
      judged_by: buyers.length,
      looked_at: null,
      left_out: null,
      currency: 'CNY',
      currency_exponent: 2,
      people: buyers.length,
      unplaced: 0,
      placed_at: iso(began - 49 * HOUR_MS),
      features: FEATURES.map((feature, place) => ({
        ...feature,
        mean: all[place] ?? null,
        missing: place === 2 ? 31 : 0,
        median: 2,
        compared_mean: 1,
        compared_deviation: 1,
      })),
      clusters: clustersOf(head),
      active: buyers.length - inactive.length,
      inactive: inactive.length,
      drivers: [0, 1, 2].map((feature) => ({
        feature,
        active_mean: mean(buyers.filter((one) => clusterOf(one) > 1).map((one) => figuresOf(one)[feature] ?? 0)),
        inactive_mean: mean(inactive.map((one) => figuresOf(one)[feature] ?? 0)),
        difference: [-1.4, -1.1, 0.1][feature] ?? 0,
      })),
    },
  };
}

const find = (id: string) => heads.find((one) => one.id === id);
const answered = (head: ClusteringHead, status = 200): Reply => ({
  status,
  body: shown(head),
  headers: { ETag: `"${head.version}"` },
});

function pageOf<T>(all: T[], call: Call) {
  const offset = Number(call.query.get('cursor') ?? 0);
  const limit = Math.min(PAGE_MAX, Number(call.query.get('limit') ?? 50));
  const next = offset + limit < all.length ? String(offset + limit) : null;
  return { items: all.slice(offset, offset + limit), next_cursor: next };
}

/** One that was asked for is done after a few looks. */
function look(head: ClusteringHead): ClusteringHead {
  const count = (looks.get(head.id) ?? 0) + 1;
  looks.set(head.id, count);
  if (head.state === 'queued' || head.state === 'running') {
    head.state = count > 2 ? 'done' : 'running';
    head.progress = Math.min(1, count / 3);
  }
  if (head.assignment_asked_at && count % 2 === 0) head.assignment_asked_at = null;
  return head;
}

function create(call: Call): Reply {
  const asked = call.body as Asked;
  const wrong = asked.features.findIndex(({ of }) => of === '' || of === 'city');
  if (wrong >= 0)
    return problem(422, 'invalid_request', {
      errors: [
        {
          pointer: `/features/${wrong}/of`,
          code: 'invalid_rule',
          detail: 'at character 1: `city` is a text; top and bottom are of numbers and money',
        },
      ],
    });
  const made = headOf(`clu_${heads.length + 1}`, asked, {
    state: 'queued',
    progress: 0,
    created_at: iso(Date.now()),
    finished_at: null,
    version: 1,
  });
  heads.unshift(made);
  return answered(made, 201);
}

const of = (answer: (call: Call, head: ClusteringHead) => Reply) => (call: Call, match: RegExpMatchArray) => {
  const head = find(decodeURIComponent(match[1] ?? ''));
  return head ? answer(call, head) : problem(404, 'not_found');
};

/** Of a cluster, by its id: the clustering, a point, the number. */
const ofCluster =
  (answer: (call: Call, head: ClusteringHead, number: number, id: string) => Reply) =>
  (call: Call, match: RegExpMatchArray) => {
    const id = decodeURIComponent(match[1] ?? '');
    const [clustering = '', number = ''] = id.split('.');
    const head = find(clustering);
    return head && /^[123]$/.test(number) ? answer(call, head, Number(number), id) : problem(404, 'not_found');
  };

function changed(call: Call, head: ClusteringHead, change: () => void): Reply {
  const refused = refusedByVersion(call, head.version);
  if (refused) return refused;
  change();
  head.version += 1;
  return answered(head);
}

const share = (count: number, all: number) => ({
  count,
  of: all,
  share: count / all,
  low: Math.max(0, count / all - 0.05),
  high: Math.min(1, count / all + 0.05),
});

function reasons(call: Call, head: ClusteringHead): Reply {
  const field = call.query.get('field') ?? 'churn_reason';
  if (field !== 'churn_reason') return { body: { field, answered: 0, items: [] } };
  const given = [
    ['price', 96, [40, 36, 20]],
    ['no_need', 81, [50, 21, 10]],
    ['quality', 54, [10, 24, 20]],
  ] as const;
  return {
    body: {
      field,
      answered: 300,
      items: given.map(([value, count, own]) => ({
        value,
        share: share(count, 300),
        clusters: own.map((some, place) => ({
          cluster_id: `${head.id}.${place + 1}`,
          number: place + 1,
          share: share(some, 100),
        })),
      })),
    },
  };
}

function record(call: Call, id: string): Reply {
  const said = call.body as NewInterview;
  if (said.hypothesis.trim() === '')
    return problem(422, 'invalid_request', {
      errors: [{ pointer: '/hypothesis', code: 'out_of_range', detail: '1 to 300 characters' }],
    });
  const made: Interview & { cluster: string } = {
    ...said,
    cluster: id,
    id: `itv_${interviews.length}`,
    recorded_by: 'Lin',
    recorded_at: iso(Date.now()),
  };
  interviews.unshift(made);
  return { status: 201, body: made };
}

export const CLUSTER_ROUTES: Route[] = [
  ['GET', /^\/clusterings$/, (call) => ({ body: { items: call.cookies.mock === 'empty' ? [] : heads.map(look) } })],
  ['POST', /^\/clusterings$/, create],
  ['GET', /^\/clusterings\/([^/]+)$/, of((_, head) => answered(look(head)))],
  [
    'PUT',
    /^\/clusterings\/([^/]+)$/,
    of((call, head) =>
      changed(call, head, () => {
        Object.assign(head, call.body as { name: string });
      }),
    ),
  ],
  [
    'DELETE',
    /^\/clusterings\/([^/]+)$/,
    of((_, head) => {
      heads.splice(heads.indexOf(head), 1);
      return { status: 204 };
    }),
  ],
  [
    'POST',
    /^\/clusterings\/([^/]+)\/cancel$/,
    of((_, head) => {
      head.state = 'cancelled';
      return answered(head);
    }),
  ],
  [
    'POST',
    /^\/clusterings\/([^/]+)\/assignment$/,
    of((_, head) => {
      head.assignment_asked_at = iso(Date.now());
      return answered(head);
    }),
  ],
  [
    'PUT',
    /^\/clusterings\/([^/]+)\/tags$/,
    of((call, head) =>
      changed(call, head, () => {
        head.tag_group = (call.body as { group: string }).group;
      }),
    ),
  ],
  [
    'DELETE',
    /^\/clusterings\/([^/]+)\/tags$/,
    of((call, head) =>
      changed(call, head, () => {
        head.tag_group = null;
      }),
    ),
  ],
  ['GET', /^\/clusterings\/([^/]+)\/reasons$/, of(reasons)],
  [
    'PUT',
    /^\/clusters\/([^/]+)$/,
    ofCluster((call, head, _, id) =>
      changed(call, head, () => names.set(id, call.body as { name: string; description: string })),
    ),
  ],
  [
    'GET',
    /^\/clusters\/([^/]+)\/people$/,
    ofCluster((call, _, number) => {
      const own = people(number);
      const page = pageOf(own, call);
      return {
        body: { ...page, items: page.items.map(({ row }) => row), count: own.length, as_of: iso(Date.now()) },
      };
    }),
  ],
  [
    'GET',
    /^\/clusters\/([^/]+)\/interviews$/,
    ofCluster((call, _head, _number, id) => ({
      body: pageOf(
        interviews.filter(({ cluster }) => cluster === id),
        call,
      ),
    })),
  ],
  ['POST', /^\/clusters\/([^/]+)\/interviews$/, ofCluster((call, _head, _number, id) => record(call, id))],
  [
    'DELETE',
    /^\/cluster-interviews\/([^/]+)$/,
    (_, match) => {
      const place = interviews.findIndex(({ id }) => id === match[1]);
      if (place < 0) return problem(404, 'not_found');
      interviews.splice(place, 1);
      return { status: 204 };
    },
  ],
];
