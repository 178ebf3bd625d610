import { RegisterPanel } from '@/consent/RegisterPanel';
import { Later } from '@/shared/ui/Later';
import { ErasuresPanel } from './ErasuresPanel';
import css from './privacy.module.css';
import { VerifyPanel } from './VerifyPanel';

/** What is asked of people, who was erased, and whether a receipt is one of ours. */
export function PrivacySection() {
  return (
    <div className={css.stack}>
      <RegisterPanel />
      <ErasuresPanel />
      <Later>
        <VerifyPanel />
      </Later>
    </div>
  );
}
