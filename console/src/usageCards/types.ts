import type { FromServer } from '@/shared/api/sent';

export type UsageCard = FromServer<'UsageCardDto'>;
export type UsageCardVersion = FromServer<'UsageCardVersionDto'>;
export type UsageQuestion = FromServer<'UsageQuestionDto'>;
export type UsageAnswer = FromServer<'UsageAnswerDto'>;
export type DueUsageCard = FromServer<'DueUsageCardDto'>;

/** A card as it is to be. Its code stays. */
export type CardSettings = Pick<
  UsageCard,
  'name' | 'product' | 'days_after' | 'open_days' | 'questions' | 'rating_field' | 'low_rating' | 'is_archived'
>;

/** What an answer may be: a text, a number, yes or no, several choices. */
export type AnswerValue = string | number | boolean | string[];
