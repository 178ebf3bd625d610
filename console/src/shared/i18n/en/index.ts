import type { Messages } from '../zh';
import { clerk } from './clerk';
import { core } from './core';
import { identity } from './identity';
import { plans } from './plans';
import { quarantine } from './quarantine';
import { sources } from './sources';
import { value } from './value';

export const en: Messages = { ...core, value, sources, plans, quarantine, identity, clerk };
