// Compiles only while types.ts agrees with schema.d.ts, which `npm run gen:api` writes from the server's own document.
// Types that need no words of the console are taken from the document as they are (`FromServer`).
import type { components } from './schema';
import type { Sent } from './sent';
import type * as console from './types';

type Server = components['schemas'];

type Assert<T extends true> = T;

/** True when the console understands everything that the server may send; otherwise both sides, to read in the error. */
type Understands<Mine, Theirs> = Sent<Theirs> extends Mine ? true : { mine: Mine; theirs: Sent<Theirs> };

// Left out by name: fields where the document says `string` and the console knows the words.
export type Agreements = [
  Assert<Understands<Omit<console.Me, 'locale'>, Server['Me']>>,
  Assert<Understands<Omit<console.User, 'status'>, Server['UserDto']>>,
  Assert<Understands<console.ApiToken, Server['TokenDto']>>,
  Assert<Understands<console.Roles, Server['Roles']>>,
  Assert<Understands<Omit<console.AuditEntry, 'actor'>, Server['AuditEntryDto']>>,
  Assert<Understands<Omit<console.Overview, 'change' | 'attention'>, Server['OverviewDto']>>,
  Assert<Understands<Omit<console.Overview['attention'][number], 'reason'>, Server['AttentionDto']>>,
  Assert<Understands<console.CustomerPage, Server['CustomerPage']>>,
  Assert<Understands<Omit<console.CustomerProfile, 'value'>, Server['CustomerProfileDto']>>,
  Assert<Understands<Omit<console.CustomerValue, 'parts'>, Server['CustomerValueDto']>>,
  Assert<Understands<Omit<console.ValuePart, 'part'>, Server['ValuePartDto']>>,
  Assert<Understands<Omit<console.TimelineEntry, 'kind'>, Server['TimelineEntry']>>,
  Assert<Understands<console.ValueReport, Server['ValueDto']>>,
  Assert<Understands<console.RfmReport, Server['RfmReport']>>,
  Assert<Understands<Omit<console.Distribution, 'measure'>, Server['DistributionDto']>>,
  Assert<Understands<console.CohortReport, Server['CohortReport']>>,
  Assert<Understands<console.Backtest, Server['BacktestDto']>>,
  Assert<Understands<Omit<console.ValueRun, 'state'>, Server['ValueRunDto']>>,
  Assert<Understands<Omit<console.ImportPreview, 'columns'>, Server['PreviewDto']>>,
  Assert<Understands<Omit<console.PreviewColumn, 'why'>, Server['PreviewColumnDto']>>,
  Assert<Understands<Omit<console.ImportRecord, 'state'>, Server['ImportDto']>>,
  Assert<Understands<Omit<console.Source, 'kind' | 'state' | 'user_id_type'>, Server['SourceDto']>>,
  Assert<Understands<console.SourceCounts, Server['SourceCounts']>>,
  Assert<Understands<Omit<console.SourceItem, 'source'>, Server['SourceItem']>>,
  Assert<Understands<Omit<console.SourceDetail, 'source'>, Server['SourceDetail']>>,
  Assert<Understands<Omit<console.SourceWithKey, 'source'>, Server['SourceWithKey']>>,
  Assert<Understands<Omit<console.SourceLogEntry, 'outcome'>, Server['SourceLogEntry']>>,
  Assert<Understands<Omit<console.BrandSettings, 'default_locale'>, Server['SettingsDto']>>,
  Assert<Understands<Omit<console.Job, 'state'>, Server['JobDto']>>,
  Assert<Understands<console.SystemInfo, Server['SystemDto']>>,
];
