import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Clerk } from '@/clerks/types';
import type { Roles } from '@/shared/api/types';
import type { PlaceList } from '@/stores/types';
import { closedRights, NARROWED_RIGHTS, seenBy } from './scope';

describe('rights of somebody who sees a part', () => {
  it('are those that the server narrows', () => {
    const source = readFileSync('../crates/domain/src/access.rs', 'utf8');
    const words = source.slice(source.indexOf('fn is_narrowed'));
    const names = [...words.slice(0, words.indexOf('}')).matchAll(/Self::(\w+)/g)].map(([, name]) => name);
    const codes = names.map((name) => new RegExp(`Self::${name} => "([\\w.]+)"`).exec(source)?.[1]);
    expect(codes.length).toBeGreaterThan(0);
    expect([...NARROWED_RIGHTS].sort()).toEqual(codes.sort());
  });

  it('are all others closed', () => {
    const roles = { roles: [{ role: 'analyst', rights: ['customers.read', 'value.read'] }], rights: [] } as Roles;
    expect(closedRights(roles, 'analyst')).toEqual(['value.read']);
    expect(closedRights(roles, 'nobody')).toEqual([]);
  });
});

describe('which customers a user sees', () => {
  const places = {
    items: [{ place: { id: 'plc_1' }, customers: 0, users: ['usr_1'] }],
    everyone: ['usr_3'],
  } as PlaceList;
  const user = (id: string, role: 'service' | 'clerk' = 'service') => ({ id, role });
  const clerk = (user_id: string, to: string | null) =>
    ({ user_id, assignments: [{ store: 'plc_2', from: '2026-01-01T00:00:00Z', to }] }) as Clerk;

  it('are all, unless somebody is bound or a clerk', () => {
    expect(seenBy(user('usr_9'), places, [])).toEqual({ what: 'everyone' });
    expect(seenBy(user('usr_2'), places, [clerk('usr_2', null)])).toEqual({ what: 'clerk', place: 'plc_2' });
    expect(seenBy(user('usr_2'), places, [clerk('usr_2', '2026-02-01T00:00:00Z')])).toEqual({ what: 'nobody' });
  });

  it('are nobody for a clerk who is not registered yet, unless an administrator lets the clerk see all', () => {
    expect(seenBy(user('usr_9', 'clerk'), places, [])).toEqual({ what: 'nobody' });
    expect(seenBy(user('usr_3', 'clerk'), places, [clerk('usr_3', null)])).toEqual({ what: 'everyone' });
  });

  it('a place that somebody is bound to goes before the store of a clerk', () => {
    expect(seenBy(user('usr_1'), places, [clerk('usr_1', null)])).toEqual({ what: 'bound', place: 'plc_1' });
  });
});
