import type { Instant, Money } from '../api/types';
import { MISSING, useFmt } from '../fmt';
import { useT } from '../i18n';
import { Tip } from './overlay/Tip';

/** Full amount, as tables show it. A missing one is a dash with its reason, never a zero. */
export function MoneyText({ value, reason }: { value: Money | null | undefined; reason?: string }) {
  const fmt = useFmt();
  if (!value) return <Missing reason={reason} />;
  return <span className={value.minor < 0 ? 'negative' : undefined}>{fmt.money(value)}</span>;
}

interface CompactProps {
  value: Money | null;
  signed?: boolean;
  reason?: string;
}

/** Compact amount with the full one for pointer and screen reader. */
export function MoneyCompact({ value, signed, reason }: CompactProps) {
  const fmt = useFmt();
  if (!value) return <Missing reason={reason} />;
  const full = signed ? fmt.signedMoney(value) : fmt.money(value);
  const compact = signed ? fmt.signedMoneyCompact(value) : fmt.moneyCompact(value);
  return (
    <span title={full}>
      <span aria-hidden="true">{compact}</span>
      <span className="visually-hidden">{full}</span>
    </span>
  );
}

export function Percent({ ratio, reason }: { ratio: number | null; reason?: string }) {
  const fmt = useFmt();
  return ratio === null ? <Missing reason={reason} /> : <>{fmt.percent(ratio)}</>;
}

export function CountCompact({ value }: { value: number }) {
  const fmt = useFmt();
  return <span title={fmt.count(value)}>{fmt.compactCount(value)}</span>;
}

/** A dash instead of a value. A reason of its own can be read by keyboard too; "no value yet" is no stop on the way. */
export function Missing({ reason }: { reason?: string }) {
  const t = useT();
  const text = reason ?? t.common.notAvailable;
  return (
    <Tip label={text}>
      <span className="muted" tabIndex={reason ? 0 : undefined}>
        <span aria-hidden="true">{MISSING}</span>
        <span className="visually-hidden">{text}</span>
      </span>
    </Tip>
  );
}

/** List form with the complete time as its title; recent ones are relative. */
export function When({ at, relative }: { at: Instant | null; relative?: boolean }) {
  const fmt = useFmt();
  if (!at) return <Missing />;
  const text = (relative && fmt.relative(at)) || fmt.listTime(at);
  return (
    <time dateTime={at} title={`${fmt.fullTime(at)} ${fmt.timeZone}`} style={{ whiteSpace: 'nowrap' }}>
      {text}
    </time>
  );
}

export function DayOf({ at }: { at: Instant | null }) {
  const fmt = useFmt();
  if (!at) return <Missing />;
  return (
    <time dateTime={at} title={`${fmt.fullTime(at)} ${fmt.timeZone}`} style={{ whiteSpace: 'nowrap' }}>
      {fmt.day(at)}
    </time>
  );
}
