/** Rules to begin with. They name only what every workspace has. */
export const EXAMPLES = {
  silent: { code: 'silent_60_days', text: 'did orders and never anything in last 60 days' },
  spenders: { code: 'top_spenders', text: '$lifetime_percentile >= 95' },
  readers: { code: 'readers_never_bought', text: 'count of pages in last 30 days >= 3 and never orders' },
} as const;

export type Example = keyof typeof EXAMPLES;

export const EXAMPLE_KEYS = Object.keys(EXAMPLES) as Example[];

export function isExample(name: string | undefined): name is Example {
  return name !== undefined && Object.hasOwn(EXAMPLES, name);
}
