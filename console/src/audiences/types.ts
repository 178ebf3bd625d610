import type { FromServer } from '@/shared/api/sent';

export type Audience = FromServer<'AudienceDto'>;
