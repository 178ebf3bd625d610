/** Where something was, in the order of `docs/privacy.md`. */
const PLACES = [
  'customers',
  'profiles',
  'identifiers',
  'traits',
  'traits_of_profiles',
  'known_orders_and_rows',
  'values',
  'scores',
  'activity',
  'merges',
  'consents',
  'stores',
  'sign_ups',
  'orders_of_clerks',
  'notes_about_traits',
  'tags',
  'tags_of_customers',
  'firsts',
  'progress',
  'relations',
  'topic_picks',
  'deliveries',
  'usage_answers',
  'tickets',
  'audiences',
  'customer_owners',
  'clusters',
  'interviews',
  'plan_decisions',
  'community_invitations',
  'community_joins',
  'sent_messages',
  'scans_of_nobody_now',
  'form_submissions_of_nobody_now',
  'segment_moves',
  'index_snapshots',
  'receipts_of_nobody_now',
  'customers_who_shared_identifiers',
  'left_off_identifiers',
  'journal_facts',
  'unreadable_blocks',
  'quarantined_facts',
  'webhook_events',
  'source_log_entries',
  'history_facts',
  'uploads',
  'rejected_rows',
  'spools',
];

/** What was removed, place by place; those of a later server at the end, those where nothing was left out. */
export function removedByPlace(removed: Record<string, number>): { place: string; count: number }[] {
  const rank = (place: string) => {
    const found = PLACES.indexOf(place);
    return found < 0 ? PLACES.length : found;
  };
  return Object.entries(removed)
    .filter(([, count]) => count > 0)
    .map(([place, count]) => ({ place, count }))
    .sort((a, b) => rank(a.place) - rank(b.place) || a.place.localeCompare(b.place));
}
