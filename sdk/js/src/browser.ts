// The file that the loader fetches: takes over what the stub has gathered, each call at the time at which it was made.

import { browserEnvironment, start } from './index';
import type { LoadOptions, Perennial } from './types';

type Call = [method: string, given: any[], at: number];

const script = document.currentScript as HTMLScriptElement | null;
/** The stub, and from `load` on the client: whoever kept the one has the other. */
const perennial: Partial<Perennial> & { q?: Call[]; load?: (options: LoadOptions) => void } = ((
  window as any
).perennial ||= {});

// A page that has the loader twice has one client. The stub has no `status`.
if (!perennial.status) {
  const calls = perennial.q || [];
  const env = browserEnvironment();
  const { now } = env;
  let at: number | undefined;
  env.now = () => at || now();
  perennial.load = (options) => {
    if (perennial.status) return;
    Object.assign(perennial, start({ host: script ? new URL(script.src).origin : '', ...options }, env));
    for (const [method, given, when] of calls) {
      at = when;
      if (method !== 'load') (perennial as any)[method](...given);
    }
    at = undefined;
  };
  for (const [method, given] of calls) if (method === 'load') perennial.load(given[0]);
}
