import type { Messages } from '../zh';
import { core } from './core';
import { identity } from './identity';
import { plans } from './plans';
import { sources } from './sources';

export const en: Messages = { ...core, sources, plans, identity };
