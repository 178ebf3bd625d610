import { core } from './core';
import { sources } from './sources';

/** Chinese is the source: `en: Messages` must compile, so a missing sentence is a build error. For types and tests. */
export const zh = { ...core, sources };

export type Messages = typeof zh;
