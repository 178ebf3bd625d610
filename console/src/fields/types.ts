import type { FromServer } from '@/shared/api/sent';

export type Information = FromServer<'InformationDto'>;
export type ClassInformation = FromServer<'ClassInformationDto'>;
export type FieldInformation = FromServer<'FieldInformationDto'>;
export type Said = FromServer<'SaidDto'>;
