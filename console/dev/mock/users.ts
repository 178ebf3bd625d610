import type { User } from '../../src/shared/api/types';
import { problem, type Route } from './call.ts';

const user = (
  id: string,
  name: string,
  email: string,
  role: User['role'],
  status: User['status'] = 'active',
): User => ({
  id,
  name,
  email,
  role,
  status,
  last_sign_in_at: status === 'active' ? '2026-11-21T01:20:00Z' : null,
  created_at: '2026-01-04T02:00:00Z',
});

export let users: User[] = [
  user('usr_1', '林晓岚', 'lin@example.com', 'administrator'),
  user('usr_2', 'Ann Lee', 'ann@example.com', 'analyst'),
  user('usr_3', '陈书航', 'chen@example.com', 'operator', 'disabled'),
  user('usr_4', '周雨桐', 'zhou@example.com', 'clerk'),
  user('usr_5', '吴思远', 'wu@example.com', 'clerk'),
  user('usr_6', '徐一诺', 'xu@example.com', 'clerk'),
];

export const USER_ROUTES: Route[] = [
  ['GET', /^\/users$/, () => ({ body: { items: users } })],
  [
    'POST',
    /^\/users$/,
    (call) => {
      const body = call.body as unknown as { name: string; email: string; role: User['role'] };
      const field = { pointer: '/email', code: 'taken', detail: 'a mail address that no other user has' };
      if (users.some(({ email }) => email === body.email)) return problem(409, 'conflict', { errors: [field] });
      const created = user(`usr_${users.length + 1}`, body.name, body.email, body.role);
      // Of all who work side by side on the made-up server only clerks stay: nothing else needs to find them again.
      if (created.role === 'clerk') users = [...users, created];
      return { status: 201, body: { user: created, sign_in_link: '/login?link=good' } };
    },
  ],
  [
    'PATCH',
    /^\/users\/([^/]+)$/,
    (call, match) => {
      if (match[1] === 'usr_1') return problem(409, 'last_administrator');
      users = users.map((one) => (one.id === match[1] ? { ...one, ...(call.body as object) } : one));
      return { body: users.find((one) => one.id === match[1]) };
    },
  ],
  [
    'POST',
    /^\/users\/([^/]+)\/sign-in-link$/,
    (_, match) =>
      users.some((one) => one.id === match[1] && one.status === 'active')
        ? { status: 201, body: { sign_in_link: '/login?link=good' } }
        : problem(409, 'conflict'),
  ],
];
