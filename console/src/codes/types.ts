import type { FromServer } from '@/shared/api/sent';

export type Code = Omit<FromServer<'CodeDto'>, 'parameters'> & { parameters: Record<string, string> };
/** A code with what became of its scans. */
export type CodeRow = Omit<FromServer<'CodeReportDto'>, 'code'> & { code: Code };
export type CodesReport = Omit<FromServer<'CodesReport'>, 'items'> & { items: CodeRow[] };
export type CodeHour = FromServer<'CodeHour'>;
export type CodeScan = FromServer<'CodeScanDto'>;
export type CodeChange = FromServer<'CodeChangeBody'>;

export interface NewCode {
  name: string;
  touch_point: string;
  target: string;
  cost_minor: number;
  parameters: Record<string, string>;
}
