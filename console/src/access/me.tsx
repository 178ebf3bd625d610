import { createContext, type ReactNode, useContext } from 'react';
import type { Me } from '@/shared/api/types';

const MeContext = createContext<Me | null>(null);

export function MeProvider({ me, children }: { me: Me; children: ReactNode }) {
  return <MeContext.Provider value={me}>{children}</MeContext.Provider>;
}

export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error('no session: render inside the signed-in shell');
  return me;
}

/** Hides what the server would refuse anyway. The server decides; this only keeps dead buttons off the screen. */
export function useCan(): (right: Right) => boolean {
  const me = useMe();
  return (right) => me.rights.includes(right);
}

/** As `domain::access::Right` names them. */
export type Right =
  | 'customers.read'
  | 'customers.export'
  | 'customers.merge'
  | 'customers.write'
  | 'value.read'
  | 'value.run'
  | 'imports.read'
  | 'imports.run'
  | 'settings.read'
  | 'settings.write'
  | 'access.manage'
  | 'audit.read'
  | 'jobs.manage'
  | 'sources.read'
  | 'sources.manage'
  | 'privacy.read'
  | 'privacy.manage'
  | 'consents.write'
  | 'facts.write'
  | 'webhooks.read'
  | 'webhooks.manage'
  | 'stores.read'
  | 'stores.manage'
  | 'sign_ups.write'
  | 'touch_points.read'
  | 'touch_points.manage'
  | 'tags.manage'
  | 'fields.manage'
  | 'segments.manage'
  | 'points.read'
  | 'points.write'
  | 'points.adjust'
  | 'wallets.manage';
