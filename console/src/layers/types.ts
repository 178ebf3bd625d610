import type { FromServer } from '@/shared/api/sent';

// Shapes of layers: everybody of a base is in exactly one of some stages, the first whose rule holds.

export type LayerStage = FromServer<'LayerStageDto'>;
export type Layer = FromServer<'LayerDto'>;
export type LayerItem = FromServer<'LayerItemDto'>;
export type LayerCounts = FromServer<'LayerCountsDto'>;
export type MovementCell = FromServer<'MovementCellDto'>;
export type Movement = FromServer<'MovementDto'>;
export type TemplateParameter = FromServer<'LayerParameterDto'>;
export type LayerTemplate = FromServer<'LayerTemplateDto'>;
export type CustomerScores = FromServer<'CustomerScoresDto'>;
export type Conversion = FromServer<'ConversionDto'>;

/** A stage as it is sent: its rule as text. */
export interface StageSettings {
  code: string;
  name: string;
  text: string;
}

export interface LayerSettings {
  name: string;
  description: string;
  base: { text: string } | null;
  stages: StageSettings[];
}
