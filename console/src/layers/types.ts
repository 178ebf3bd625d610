// Shapes of layers: everybody of a base is in exactly one of some stages, the first whose rule holds.

export interface LayerStage {
  /** Of its segment. */
  code: string;
  name: string;
  text: string;
  /** The rule of the segment: within the base, without whoever an earlier stage has. */
  effective_text: string;
}

export interface Layer {
  code: string;
  version: number;
  name: string;
  description: string;
  /** Whom it is about; null: everybody. */
  base: { text: string } | null;
  stages: LayerStage[];
  created_by: string;
  created_at: string;
  changed_by: string;
  changed_at: string;
  archived_at: string | null;
}

export interface LayerItem
  extends Pick<Layer, 'code' | 'version' | 'name' | 'description' | 'changed_at' | 'archived_at'> {
  stages: { code: string; name: string }[];
}

export interface LayerCounts {
  stages: { code: string; name: string; count: number }[];
  /** In none of them. */
  outside: number;
  everybody: number;
  as_of: string;
}

/** Null: in no stage, or not known yet. */
export interface MovementCell {
  from: string | null;
  to: string | null;
  count: number;
}

export interface Movement {
  stages: string[];
  /** Those that hold anybody. */
  cells: MovementCell[];
  from_at: string;
  to_at: string;
}

export interface TemplateParameter {
  code: string;
  name: string;
  kind: 'number' | 'money' | 'text' | 'texts' | 'numbers';
  values: string[];
}

export interface StageSettings {
  code: string;
  name: string;
  text: string;
}

export interface LayerTemplate {
  code: string;
  name: string;
  description: string;
  base: string | null;
  parameters: TemplateParameter[];
  stages: StageSettings[];
  /** What the workspace does not have yet. */
  lacks: { stage: string | null; message: string }[];
}

export interface LayerSettings {
  name: string;
  description: string;
  base: { text: string } | null;
  stages: StageSettings[];
}
