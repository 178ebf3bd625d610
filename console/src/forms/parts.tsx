import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { clerksQuery } from '@/clerks/api';
import { codeQuery } from '@/codes/api';
import { useT } from '@/shared/i18n';
import { Chip, type Tone } from '@/shared/ui/Chip';
import type { State } from './types';

const TONES: Record<State, Tone> = { open: 'success', ended: 'warning', closed: 'neutral' };

export function StateChip({ state }: { state: State }) {
  return <Chip tone={TONES[state]}>{useT().forms.states[state]}</Chip>;
}

/** By its name, once that is there: of thousands of codes a form names a few, so each is asked for. */
export function CodeLink({ id }: { id: string }) {
  const { data } = useQuery(codeQuery(id));
  return (
    <Link to="/codes/$id" params={{ id }} translate="no">
      {data?.name ?? id}
    </Link>
  );
}

export function ClerkLink({ id }: { id: string }) {
  const { data } = useQuery(clerksQuery);
  return (
    <Link to="/clerks/$id" params={{ id }} translate="no">
      {data?.items.find((one) => one.id === id)?.name ?? id}
    </Link>
  );
}
