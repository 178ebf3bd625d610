import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { LinkButton } from '@/shared/ui/LinkButton';

/** A figure that opens the people behind it; nobody is behind none. */
export function Opens({ count, name, onOpen }: { count: number; name: string; onOpen: () => void }) {
  const p = useT().reach.people;
  const fmt = useFmt();
  const shown = fmt.count(count);
  if (count === 0) return shown;
  return (
    <LinkButton label={p.open(name, shown)} onClick={onOpen}>
      {shown}
    </LinkButton>
  );
}
