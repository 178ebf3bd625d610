import { clerk } from './clerk';
import { core } from './core';
import { identity } from './identity';
import { plans } from './plans';
import { quarantine } from './quarantine';
import { sources } from './sources';
import { value } from './value';

/** Chinese is the source: `en: Messages` must compile, so a missing sentence is a build error. For types and tests. */
export const zh = { ...core, value, sources, plans, quarantine, identity, clerk };

export type Messages = typeof zh;
