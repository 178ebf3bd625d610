// What a message says of the page, of the campaign that led there, and of the code that was scanned.

import type { Environment, Place, Properties } from './types';

const CAMPAIGN: Record<string, string> = {
  utm_source: 'source',
  utm_medium: 'medium',
  utm_campaign: 'name',
  utm_term: 'term',
  utm_content: 'content',
};
/** Codes are short; an address may be anything. */
const CODE_CHARACTERS_MAX = 200;

export interface Landing {
  campaign?: Record<string, string>;
  code?: string;
}

/** What the address says of how somebody came. */
export function landingOf(search: string, codeParameters: string[]): Landing {
  const parameters = new URLSearchParams(search);
  const landing: Landing = {};
  for (const name in CAMPAIGN) {
    const value = parameters.get(name);
    if (value) landing.campaign = { ...landing.campaign, [CAMPAIGN[name] as string]: value };
  }
  for (const name of codeParameters) landing.code ||= parameters.get(name)?.slice(0, CODE_CHARACTERS_MAX) || '';
  if (!landing.code) delete landing.code;
  return landing;
}

export function contextOf(env: Environment, place: Place, landing: Landing): Properties {
  const { locale, timezone } = env;
  return { library: { name: 'perennial-js', version: VERSION }, locale, timezone, page: place, ...landing };
}

/** Written in by the build, from package.json. */
declare const VERSION: string;
