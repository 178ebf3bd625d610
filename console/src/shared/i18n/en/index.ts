import type { Messages } from '../zh';
import { core } from './core';
import { sources } from './sources';

export const en: Messages = { ...core, sources };
