import type { Tone } from '@/shared/ui/Chip';
import type { Consent, ConsentState, Decision, Purpose } from './types';

export const DECISIONS: Decision[] = ['granted', 'denied', 'revoked'];

export const DECISION_TONES: Record<string, Tone> = { granted: 'success', denied: 'warning', revoked: 'danger' };

export interface PurposeStates {
  code: string;
  /** Null where nobody has registered it, but a message told of it. */
  purpose: Purpose | null;
  /** What holds: for all channels first, then by channel. Empty: never asked. */
  states: ConsentState[];
}

/** Registered purposes in their order, then what only messages told of. */
export function byPurpose(purposes: Purpose[], states: ConsentState[]): PurposeStates[] {
  const registered = purposes.map((purpose) => ({ code: purpose.code, purpose: purpose as Purpose | null }));
  const known = new Set(purposes.map(({ code }) => code));
  const others = [...new Set(states.map(({ purpose }) => purpose))].filter((code) => !known.has(code)).sort();
  return [...registered, ...others.map((code) => ({ code, purpose: null }))].map((one) => ({
    ...one,
    states: states
      .filter(({ purpose }) => purpose === one.code)
      .sort((a, b) => (a.channel ?? '').localeCompare(b.channel ?? '')),
  }));
}

/** What goes when a purpose is withdrawn; null where nothing is collected under it. */
export function collected(
  purpose: Purpose | null,
): { traits: string[]; identifiers: string[]; sources: string[] } | null {
  const { traits = [], identifiers = [], sources = [] } = purpose?.collects ?? {};
  return traits.length + identifiers.length === 0 ? null : { traits, identifiers, sources };
}

/**
 * Whether no channel of the purpose is granted any more once this is written down: then what was collected is erased.
 * As `consent/withdraw.rs` works it out. A decision of the past may come to less; it is asked about all the same.
 */
export function leavesNothingGranted(states: ConsentState[], decision: Decision, channels: string[] | null): boolean {
  if (decision === 'granted') return false;
  if (channels === null) return true;
  return !states.some(({ channel, decision: held }) => held === 'granted' && !channels.includes(channel ?? ''));
}

/** Who wrote a decision down here, and what they noted as proof. */
export function writtenBy({ evidence }: Pick<Consent, 'evidence'>): { name: string | null; note: string | null } {
  const properties = asRecord(evidence.properties);
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
  return { name: text(asRecord(properties.recorded_by).name), note: text(properties.note) };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** The source of what somebody wrote down here. */
export const WRITTEN_HERE = 'perennial';
