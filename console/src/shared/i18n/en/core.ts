import { access } from './access';
import { common } from './common';
import { imports } from './imports';
import { shell } from './shell';

export const core = { common, shell, access, imports };
