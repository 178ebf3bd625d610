import { access } from './access';
import { common } from './common';
import { customers } from './customers';
import { home } from './home';
import { imports } from './imports';
import { shell } from './shell';

/** What every page downloads; `../load.ts` brings the rest. */
export const core = { common, shell, access, home, customers, imports };
