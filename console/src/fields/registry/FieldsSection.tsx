import { useCan } from '@/access/me';
import css from '@/shared/ui/registry.module.css';
import { BelievedPanel } from './BelievedPanel';
import { CoveragePanel } from './CoveragePanel';
import { RegistryPanel } from './RegistryPanel';

/** What a brand wants to know of people, whose word counts, and how far it is with asking. */
export function FieldsSection() {
  const can = useCan();
  return (
    <div className={css.stack}>
      <RegistryPanel />
      {can('settings.read') && <BelievedPanel />}
      <CoveragePanel />
    </div>
  );
}
