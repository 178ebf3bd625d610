import { useBlocker } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';

/** Fetched once there is something to lose, so that it is there when the network is not. */
const loadDialog = () => import('./LeaveDialog');
const LeaveDialog = lazy(() => loadDialog().then((module) => ({ default: module.LeaveDialog })));

interface Props {
  /** There is something that is not saved. */
  when: boolean;
  /** Takes the draft away. Without it there is none: what was typed goes with the page. */
  onDiscard?: () => void;
}

/** Asks before a page is left with something unsaved; for a closed tab and a reload the browser asks. */
export function LeaveGuard({ when, onDiscard }: Props) {
  useEffect(() => {
    if (when) loadDialog();
  }, [when]);
  const blocker = useBlocker({
    // Who signs out, or has to sign in again, is on the way already. A filter or a tab in the address is the same page.
    shouldBlockFn: ({ current, next }) => when && next.pathname !== '/login' && next.pathname !== current.pathname,
    enableBeforeUnload: () => when,
    withResolver: true,
  });
  if (blocker.status !== 'blocked') return null;
  return (
    <Suspense fallback={null}>
      <LeaveDialog onStay={blocker.reset} onLeave={blocker.proceed} onDiscard={onDiscard} />
    </Suspense>
  );
}
