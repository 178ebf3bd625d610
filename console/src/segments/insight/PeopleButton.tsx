import { useFmt } from '@/shared/fmt';
import { LinkButton } from '@/shared/ui/LinkButton';

interface Props {
  count: number;
  label: string;
  onPress: () => void;
}

/** A figure that opens the people behind it. Behind nobody there is nothing. */
export function PeopleButton({ count, label, onPress }: Props) {
  const fmt = useFmt();
  if (count === 0) return <>0</>;
  return (
    <LinkButton label={label} onClick={onPress}>
      {fmt.count(count)}
    </LinkButton>
  );
}
