import { ActionIcon } from '@mantine/core';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useT } from '../i18n';
import type { PersonalKind } from './mask';
import { useReveal } from './Privacy';

interface Props {
  /** What it is, for the button: "Show phone". */
  name: string;
  kind: PersonalKind;
  value: string;
}

/** A value with a button that shows it for half a minute. */
export function Personal(props: Props) {
  const { text, ...reveal } = useReveal(props.kind, props.value);
  return (
    <>
      {text}
      <RevealButton name={props.name} reveal={reveal} />
    </>
  );
}

type Reveal = Pick<ReturnType<typeof useReveal>, 'canReveal' | 'revealed' | 'setRevealed'>;

export function RevealButton({ name, reveal }: { name: string; reveal: Reveal }) {
  const p = useT().common.privacy;
  const { canReveal, revealed, setRevealed } = reveal;
  if (!canReveal) return null;
  return (
    <ActionIcon
      size={24}
      aria-label={revealed ? p.hideField(name) : p.showField(name)}
      onClick={() => setRevealed(!revealed)}
      data-testid="reveal"
    >
      {revealed ? <IconEyeOff size={15} stroke={1.75} /> : <IconEye size={15} stroke={1.75} />}
    </ActionIcon>
  );
}
