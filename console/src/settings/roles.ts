import type { RoleName } from '@/shared/api/types';
import { useT } from '@/shared/i18n';

const ROLES: RoleName[] = ['administrator', 'operator', 'analyst', 'clerk', 'service', 'sender'];

/** What a field of roles offers. */
export function useRoleChoices(): { value: RoleName; label: string }[] {
  const t = useT();
  return ROLES.map((value) => ({ value, label: t.common.roles[value] }));
}
