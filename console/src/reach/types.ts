import type { FromServer } from '@/shared/api/sent';

export type Pool = FromServer<'PoolDto'>;
export type PoolChannel = FromServer<'PoolChannelDto'>;
export type ReachChannel = FromServer<'ReachChannelDto'>;
export type ConnectionRate = FromServer<'ConnectionRateDto'>;
export type ConnectionGroup = FromServer<'ConnectionGroupDto'>;
export type Funnel = FromServer<'FunnelDto'>;
export type FunnelSource = FromServer<'FunnelSourceDto'>;
export type FunnelStep = FromServer<'FunnelStepDto'>;

export type Coverage = FromServer<'CoverageDto'>;
export type ProvinceCoverage = FromServer<'ProvinceCoverageDto'>;
export type ReachPerson = FromServer<'ReachPersonDto'>;

/** Which members are asked for: a code, or a parameter of codes with its value. */
export interface CoverageChoice extends Record<string, string> {
  members: 'registered' | 'known';
}

/** The channels with the version that they were read with. */
export interface VersionedChannels {
  channels: ReachChannel[];
  etag: string;
}
