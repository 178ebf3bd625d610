import type { FromServer } from '@/shared/api/sent';
import type { TimelineEntry } from '@/shared/api/types';

/** In the order of a journey. */
export const STAGES = ['contact', 'learn', 'buy', 'query', 'interact'] as const;
export type Stage = (typeof STAGES)[number];

export type Reached = FromServer<'ReachedDto'>;
export type JourneyItem = { fact: TimelineEntry; stage: string };
export type JourneyPage = Omit<FromServer<'JourneyPage'>, 'items'> & { items: JourneyItem[] };
export type Behaviour = FromServer<'BehaviourDto'>;
export type ActiveCell = FromServer<'ActiveCell'>;
export type Consumption = FromServer<'ConsumptionDto'>;
export type Bought = FromServer<'BoughtDto'>;
export type CustomerData = FromServer<'CustomerDataDto'>;
export type DataBlock = FromServer<'DataBlockDto'>;
export type Powers = FromServer<'PowersDto'>;
export type Power = FromServer<'PowerDto'>;
export type SpendingCurve = Omit<FromServer<'SpendingCurveDto'>, 'before_fade'> & { before_fade: TimelineEntry[] };

/** What the list of facts is narrowed by. */
export interface JourneyFilter {
  stage: string;
  channel: string;
  touch_point: string;
}
