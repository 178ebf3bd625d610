import type { RoleName } from '@/shared/api/types';

export const ROLES: RoleName[] = ['administrator', 'operator', 'analyst', 'clerk', 'service'];
