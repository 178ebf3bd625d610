import { IconCheck } from '@tabler/icons-react';
import type { Roles } from '@/shared/api/types';
import { lookup, useT } from '@/shared/i18n';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';

export function RoleMatrix({ roles }: { roles: Roles }) {
  const t = useT();
  const s = t.team;
  return (
    <Panel title={s.matrix}>
      <RowTable
        label={s.matrix}
        columns={[
          { key: 'right', header: s.right, render: ({ right }) => lookup(t.common.rights, right) },
          ...roles.roles.map(({ role, rights }) => ({
            key: role,
            header: lookup(t.common.roles, role),
            render: ({ right }: Roles['rights'][number]) => <Mark has={rights.includes(right)} />,
          })),
        ]}
        rows={roles.rights}
        rowKey={({ right }) => right}
      />
    </Panel>
  );
}

function Mark({ has }: { has: boolean }) {
  const s = useT().team;
  return has ? (
    <IconCheck size={16} color="var(--success)" role="img" aria-label={s.has} />
  ) : (
    <span className="visually-hidden">{s.hasNot}</span>
  );
}
