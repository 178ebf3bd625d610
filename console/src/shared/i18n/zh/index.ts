import { core } from './core';
import { identity } from './identity';
import { plans } from './plans';
import { sources } from './sources';

/** Chinese is the source: `en: Messages` must compile, so a missing sentence is a build error. For types and tests. */
export const zh = { ...core, sources, plans, identity };

export type Messages = typeof zh;
