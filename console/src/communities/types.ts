import type { FromServer } from '@/shared/api/sent';

export type Community = FromServer<'CommunityDto'>;
export type CommunityItem = FromServer<'CommunityItemDto'>;
export type CommunityGroup = FromServer<'CommunityGroupDto'>;
export type CommunityFigures = FromServer<'CommunityFiguresDto'>;
export type CommunityPreview = FromServer<'CommunityPreviewDto'>;
export type CommunityTopUp = FromServer<'CommunityTopUpDto'>;
export type CommunityToppedUp = FromServer<'CommunityToppedUpDto'>;
export type CommunityInvitation = FromServer<'CommunityInvitationDto'>;
export type CommunityInvitations = FromServer<'CommunityInvitationsPage'>;

/** Of the invited: those who have joined (also those who have left since), and what became of each. */
export const STATES = ['joined', 'waiting', 'in', 'left'] as const;
