import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { useTouchPoints } from '@/touchPoints/useTouchPoints';
import type { PathStep } from './api';

/** What a step is, in one line. */
export function StepText({ step }: { step: PathStep }) {
  const t = useT();
  const p = t.paths;
  const fmt = useFmt();
  const { nameOf } = useTouchPoints();
  const further = [
    ...(step.touch_point ? [p.at(nameOf(step.touch_point))] : []),
    ...(step.channel ? [p.through(step.channel)] : []),
    ...(step.within_hours === null ? [] : [p.within(fmt.count(step.within_hours))]),
  ];
  return (
    <>
      {lookup(p.kinds, step.kind)}
      {step.names.length > 0 && <span translate="no"> {step.names.join(' / ')}</span>}
      {further.length > 0 && <span className="muted"> {further.join(' · ')}</span>}
    </>
  );
}
