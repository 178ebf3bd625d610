import { lookup, useT } from '@/shared/i18n';

/** What the model says of its figures. */
export function ModelWarning({ code }: { code: string }) {
  return <>{lookup(useT().value.backtest.why, code)}</>;
}
