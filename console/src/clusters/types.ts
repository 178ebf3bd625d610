import type { FromServer } from '@/shared/api/sent';

export type ClusteringHead = FromServer<'ClusteringHeadDto'>;
export type Clustering = FromServer<'ClusteringDto'>;
export type Found = FromServer<'ClusteringFoundDto'>;
export type Cluster = FromServer<'ClusterDto'>;
export type Feature = FromServer<'ClusterFeatureDto'>;
export type Level = FromServer<'ClusterLevel'>;
export type Interview = FromServer<'ClusterInterviewDto'>;
export type Reasons = FromServer<'ClusterReasons'>;
export type Share = FromServer<'ShareDto'>;

/** What is asked for. */
export interface Asked {
  name: string;
  population: string;
  features: { of: string; logarithmic: boolean }[];
  method: 'k_means' | 'density';
  k_min?: number;
  k_max?: number;
  min_people?: number;
  seed: number;
}

export interface NewInterview {
  kind: 'interview' | 'panel';
  hypothesis: string;
  supported: boolean;
  quote: string;
  interviewer: string;
  held_on: string;
  customer_id: string | null;
}
