import { Link } from '@tanstack/react-router';
import { useT } from '@/shared/i18n';
import { Chip, type Tone } from '@/shared/ui/Chip';
import type { State } from './types';

const TONES: Record<State, Tone> = { open: 'success', ended: 'warning', closed: 'neutral' };

export function StateChip({ state }: { state: State }) {
  return <Chip tone={TONES[state]}>{useT().forms.states[state]}</Chip>;
}

export function CodeLink({ id, nameOf }: { id: string; nameOf: (id: string) => string }) {
  return (
    <Link to="/codes/$id" params={{ id }} translate="no">
      {nameOf(id)}
    </Link>
  );
}

export function ClerkLink({ id, nameOf }: { id: string; nameOf: (id: string) => string }) {
  return (
    <Link to="/clerks/$id" params={{ id }} translate="no">
      {nameOf(id)}
    </Link>
  );
}
