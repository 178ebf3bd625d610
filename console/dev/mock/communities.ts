// Communities: groups that a segment was invited into. Every third has joined, every ninth has left again; marks are kept.
import type { NewCommunity } from '../../src/communities/api';
import type { Community, CommunityFigures, CommunityInvitation, CommunityItem } from '../../src/communities/types';
import { type Call, problem, type Reply, type Route, refusedByVersion } from './call.ts';
import { iso, type MockCustomer } from './data.ts';
import { survivorOf } from './identity.ts';
import { peopleOf } from './rules.ts';
import { find as findSegment, notBuilt, pageOf, shown } from './segments.ts';
import { users } from './users.ts';

const MADE_AT = '2026-11-12T03:00:00Z';
const JOINED_AT = '2026-11-14T10:20:00Z';
const SIZE_USUAL = 200;

interface KeptGroup {
  code: string;
  link: string | null;
  owner: string | null;
  version: number;
}

interface Kept extends NewCommunity {
  groups: KeptGroup[];
  /** Ids of customers by group. */
  invited: string[][];
  marked: Set<string>;
  /** Whoever was made by a test is joined by nobody yet. */
  isTold: boolean;
  archived_at: string | null;
  version: number;
  created_at: string;
}

const membersOf = (segment: string): MockCustomer[] => {
  const kept = findSegment(segment);
  return kept ? peopleOf(shown(kept).text) : [];
};

function split(members: number, size: number): number[] {
  const groups = Math.ceil(members / size);
  return Array.from(
    { length: groups },
    (_, place) => Math.floor(members / groups) + (place < members % groups ? 1 : 0),
  );
}

function made(community: NewCommunity, isTold: boolean, created_at: string): Kept {
  const ids = membersOf(community.segment).map(({ row }) => row.id);
  const sizes = split(ids.length, community.size_max);
  let from = 0;
  const invited = sizes.map((size) => {
    from += size;
    return ids.slice(from - size, from);
  });
  const groups = sizes.map((_, place) => ({
    code: `${community.code}_${place + 1}`,
    link: isTold && place === 0 ? 'https://work.weixin.qq.com/gm/7a1b' : null,
    owner: isTold && place === 0 ? 'usr_4' : null,
    version: 1,
  }));
  return { ...community, groups, invited, marked: new Set(), isTold, archived_at: null, version: 1, created_at };
}

const communities: Kept[] = [
  made({ code: 'regulars', name: 'Regulars', segment: 'hangzhou_regulars', size_max: 8, purpose: null }, true, MADE_AT),
];
// Somebody came since.
communities[0]?.invited.at(-1)?.pop();

function stateOf(community: Kept, id: string): Pick<CommunityInvitation, 'state' | 'joined_at' | 'by_hand'> {
  const place = community.invited.flat().indexOf(id);
  const isMarked = community.marked.has(id);
  if (isMarked) return { state: 'in', joined_at: iso(Date.now()), by_hand: true };
  if (!community.isTold || place % 3 !== 0) return { state: 'waiting', joined_at: null, by_hand: false };
  return { state: place % 9 === 0 ? 'left' : 'in', joined_at: JOINED_AT, by_hand: false };
}

function figuresOf(community: Kept, ids: string[]): CommunityFigures {
  const states = ids.map((id) => stateOf(community, id).state);
  const joined = states.filter((state) => state !== 'waiting').length;
  return {
    invited: ids.length,
    joined,
    joined_now: states.filter((state) => state === 'in').length,
    rate_basis_points: ids.length === 0 ? null : Math.round((joined / ids.length) * 10_000),
  };
}

const nameOfSegment = (code: string) => {
  const kept = findSegment(code);
  return kept ? shown(kept).name : code;
};
const ownerOf = (user_id: string) => ({ user_id, name: users.find(({ id }) => id === user_id)?.name ?? user_id });

function told(community: Kept): Community {
  const { code, name, segment, size_max, purpose, archived_at, version, created_at } = community;
  return {
    code,
    name,
    segment,
    segment_name: nameOfSegment(segment),
    segment_archived: false,
    size_max,
    purpose,
    groups: community.groups.map((group, place) => ({
      number: place + 1,
      code: group.code,
      link: group.link,
      owner: group.owner === null ? null : ownerOf(group.owner),
      figures: figuresOf(community, community.invited[place] ?? []),
      version: group.version,
    })),
    figures: figuresOf(community, community.invited.flat()),
    candidates: users
      .filter(({ role, status }) => status === 'active' && role !== 'analyst')
      .map(({ id }) => ownerOf(id)),
    archived_at,
    version,
    created_by: 'Lin',
    created_at,
    changed_by: 'Lin',
    changed_at: created_at,
  };
}

const listed = (community: Kept): CommunityItem => {
  const { code, name, segment, segment_name, size_max, archived_at, created_by, created_at } = told(community);
  return {
    code,
    name,
    segment,
    segment_name,
    size_max,
    groups_count: community.groups.length,
    archived_at,
    created_by,
    created_at,
  };
};

const answered = (community: Kept, status = 200): Reply => ({
  status,
  body: told(community),
  headers: { ETag: `"${community.version}"` },
});
const refused = (pointer: string, detail: string) =>
  problem(422, 'invalid_request', { errors: [{ pointer, code: 'out_of_range', detail }] });

function preview(call: Call, segment: string): Reply {
  const busy = notBuilt(call);
  if (busy) return busy;
  if (!findSegment(segment)) return problem(404, 'not_found');
  const members = membersOf(segment).length;
  // Of a purpose one did not agree.
  const without_consent = call.query.get('purpose') && members > 0 ? 1 : 0;
  const groups = split(members - without_consent, Number(call.query.get('size_max') ?? SIZE_USUAL));
  return { body: { members: members - without_consent, without_consent, groups, as_of: iso(Date.now()) } };
}

function create(call: Call): Reply {
  const busy = notBuilt(call);
  if (busy) return busy;
  const community = call.body as NewCommunity;
  if (communities.some(({ code }) => code === community.code)) return problem(409, 'conflict');
  const kept = made(community, false, iso(Date.now()));
  if (kept.groups.length === 0) return refused('/segment', 'the code of a segment with somebody who may be invited');
  communities.push(kept);
  return answered(kept, 201);
}

function update(call: Call, community: Kept): Reply {
  const stale = refusedByVersion(call, community.version);
  if (stale) return stale;
  const { name, archived } = call.body as { name: string; archived: boolean };
  Object.assign(community, {
    name,
    archived_at: archived ? iso(Date.now()) : null,
    version: community.version + 1,
  });
  return answered(community);
}

function updateGroup(call: Call, community: Kept, number: string): Reply {
  const group = community.groups[Number(number) - 1];
  if (!group) return problem(404, 'not_found');
  const stale = refusedByVersion(call, group.version);
  if (stale) return stale;
  const { code, link, owner } = call.body as Omit<KeptGroup, 'version'>;
  const others = communities.flatMap(({ groups }) => groups).filter((one) => one !== group);
  if (others.some((one) => one.code === code)) return problem(409, 'conflict');
  Object.assign(group, { code, link, owner, version: group.version + 1 });
  return { body: told(community) };
}

/** Where whoever is not invited yet would go: the emptiest first, then new groups. */
function planOf(community: Kept) {
  const known = new Set(community.invited.flat());
  const ids = membersOf(community.segment)
    .map(({ row }) => row.id)
    .filter((id) => !known.has(id));
  const sizes = community.invited.map(({ length }) => length);
  const into: number[][] = sizes.map(() => []);
  let left = ids.length;
  while (left > 0) {
    const least = Math.min(...sizes);
    if (least >= community.size_max) break;
    const place = sizes.indexOf(least);
    sizes[place] = least + 1;
    into[place]?.push(1);
    left -= 1;
  }
  return { ids, added: into.map(({ length }) => length), groups: split(left, community.size_max) };
}

function topUpPreview(call: Call, community: Kept): Reply {
  const { ids, added, groups } = planOf(community);
  const some = added.map((members, place) => ({ group: place + 1, members })).filter(({ members }) => members > 0);
  return notBuilt(call) ?? { body: { members: ids.length, added: some, new_groups: groups } };
}

function topUp(community: Kept): Reply {
  const { ids, added, groups } = planOf(community);
  let from = 0;
  const take = (count: number) => {
    from += count;
    return ids.slice(from - count, from);
  };
  for (const [place, count] of added.entries()) community.invited[place]?.push(...take(count));
  for (const size of groups) {
    community.groups.push({
      code: `${community.code}_${community.groups.length + 1}`,
      link: null,
      owner: null,
      version: 1,
    });
    community.invited.push(take(size));
  }
  return { body: { invited: ids.length, new_groups: groups.length, community: told(community) } };
}

function invitations(community: Kept): CommunityInvitation[] {
  const byId = new Map(membersOf(community.segment).map((one) => [one.row.id, one.row]));
  return community.invited.flatMap((ids, place) =>
    ids.flatMap((id) => {
      const customer = byId.get(id);
      const group_code = community.groups[place]?.code ?? '';
      return customer
        ? [{ customer, group: place + 1, group_code, invited_at: community.created_at, ...stateOf(community, id) }]
        : [];
    }),
  );
}

function selected(call: Call, community: Kept): CommunityInvitation[] {
  const [group, state] = [call.query.get('group'), call.query.get('state')];
  return invitations(community).filter(
    (one) =>
      (!group || String(one.group) === group) &&
      (!state || (state === 'joined' ? one.state !== 'waiting' : one.state === state)),
  );
}

function setJoined(call: Call, community: Kept, id: string): Reply {
  const customer = survivorOf(id);
  const found = invitations(community).find((one) => one.customer.id === customer);
  if (!found) return problem(404, 'not_found');
  const { joined } = call.body as { joined: boolean };
  if (!joined && !found.by_hand && found.state !== 'waiting') return problem(409, 'conflict');
  if (joined) community.marked.add(customer);
  else community.marked.delete(customer);
  return { body: { ...found, ...stateOf(community, customer) } };
}

const file = (call: Call, community: Kept): Reply => ({
  text: [
    'group,group_code,id,state',
    ...selected(call, community).map((one) => `${one.group},${one.group_code},${one.customer.id},${one.state}`),
  ].join('\n'),
  headers: { 'Content-Disposition': `attachment; filename="${community.code}.csv"` },
});

const of =
  (answer: (call: Call, community: Kept, more: string) => Reply) =>
  (call: Call, match: RegExpMatchArray): Reply => {
    const community = communities.find(({ code }) => code === match[1]);
    return community ? answer(call, community, decodeURIComponent(match[2] ?? '')) : problem(404, 'not_found');
  };

/** That a segment was invited into, without archived ones. */
export const communitiesOf = (segment: string) =>
  communities
    .filter((one) => one.segment === segment && one.archived_at === null)
    .map(({ code, name }) => ({ code, name }));

export const COMMUNITY_ROUTES: Route[] = [
  [
    'GET',
    /^\/communities$/,
    (call) => ({ body: { items: call.cookies.mock === 'empty' ? [] : communities.map(listed) } }),
  ],
  ['POST', /^\/communities$/, create],
  ['GET', /^\/communities\/([^/]+)$/, of((_, community) => answered(community))],
  ['PUT', /^\/communities\/([^/]+)$/, of(update)],
  ['PUT', /^\/communities\/([^/]+)\/groups\/([^/]+)$/, of(updateGroup)],
  ['GET', /^\/communities\/([^/]+)\/top-up$/, of(topUpPreview)],
  ['POST', /^\/communities\/([^/]+)\/top-up$/, of((_, community) => topUp(community))],
  [
    'GET',
    /^\/communities\/([^/]+)\/invitations$/,
    of((call, community) => {
      const found = selected(call, community);
      return { body: { ...pageOf(found, (name) => call.query.get(name)), count: found.length } };
    }),
  ],
  ['PUT', /^\/communities\/([^/]+)\/invitations\/([^/]+)$/, of(setJoined)],
  ['GET', /^\/exports\/(?:masked-)?communities\/([^/]+)$/, of(file)],
  [
    'GET',
    /^\/segments\/([^/]+)\/community-preview$/,
    (call, match) => preview(call, decodeURIComponent(match[1] ?? '')),
  ],
];
