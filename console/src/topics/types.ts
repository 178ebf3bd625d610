import type { FromServer } from '@/shared/api/sent';

export type Topic = FromServer<'TopicDto'>;
export type TopicPick = FromServer<'PickDto'>;
export type Preferences = FromServer<'PreferencesDto'>;
