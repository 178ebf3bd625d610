import { Loader } from '@mantine/core';
import { useT } from '@/shared/i18n';
import { StateView } from '@/shared/ui/StateView';

/** The server reads what it knows of customers; whoever asked is answered by itself when it is through. */
export function NotBuilt() {
  const s = useT().segments;
  return (
    <div role="status">
      <StateView testId="state-not-built" icon={<Loader size={24} />} title={s.notBuiltTitle} text={s.notBuiltText} />
    </div>
  );
}
