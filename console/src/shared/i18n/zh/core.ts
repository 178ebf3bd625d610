import { access } from './access';
import { common } from './common';
import { imports } from './imports';
import { shell } from './shell';

/** What every page downloads; `../load.ts` brings the rest. */
export const core = { common, shell, access, imports };
