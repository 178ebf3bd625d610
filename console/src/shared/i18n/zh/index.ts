import { access } from './access';
import { common } from './common';
import { customers } from './customers';
import { home } from './home';
import { imports } from './imports';
import { settings } from './settings';
import { shell } from './shell';
import { value } from './value';

/** Chinese is the source: `en: Messages` must compile, so a missing sentence is a build error. */
export const zh = { common, shell, access, home, customers, value, imports, settings };

export type Messages = typeof zh;
