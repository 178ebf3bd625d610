import { IconCheck } from '@tabler/icons-react';
import type { Roles } from '@/shared/api/types';
import { lookup, useT } from '@/shared/i18n';
import { Panel } from '@/shared/ui/Panel';
import { PlainTable } from '@/shared/ui/PlainTable';

export function RoleMatrix({ roles }: { roles: Roles }) {
  const t = useT();
  const s = t.settings.team;
  return (
    <Panel title={s.matrix}>
      <PlainTable label={s.matrix}>
        <thead>
          <tr>
            <th scope="col">{s.right}</th>
            {roles.roles.map(({ role }) => (
              <th key={role} scope="col">
                {lookup(t.common.roles, role)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {roles.rights.map(({ right }) => (
            <tr key={right}>
              <th scope="row">{lookup(s.rights, right)}</th>
              {roles.roles.map((role) => (
                <td key={role.role}>
                  {role.rights.includes(right) ? (
                    <IconCheck size={16} color="var(--success)" role="img" aria-label={s.has} />
                  ) : (
                    <span className="visually-hidden">{s.hasNot}</span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </PlainTable>
    </Panel>
  );
}
