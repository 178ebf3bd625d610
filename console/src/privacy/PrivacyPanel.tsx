import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDownload, IconUserX } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useCan } from '@/access/me';
import type { CustomerProfile } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Notice } from '@/shared/ui/Notice';
import { Panel } from '@/shared/ui/Panel';
import { errorText } from '@/shared/ui/StateView';
import css from './privacy.module.css';
import { usePersonExport } from './usePersonExport';

/** For one in many visits. */
const EraseDialog = lazy(() => import('./EraseDialog').then((module) => ({ default: module.EraseDialog })));

/** What a person may ask for: everything about them as a file, and that all of it goes. */
export function PrivacyPanel({ profile }: { profile: CustomerProfile }) {
  const t = useT();
  const p = t.privacy.panel;
  const can = useCan();
  const [erasing, erase] = useDisclosure(false);
  if (!can('privacy.manage'))
    // Who looks after requests of people is told whom to ask; to others it is no matter.
    return can('privacy.read') ? (
      <Panel title={p.title} testId="privacy">
        <p className="muted">{p.needs(t.common.rights['privacy.manage'], 'privacy.manage')}</p>
      </Panel>
    ) : null;
  return (
    <Panel title={p.title} testId="privacy">
      <ExportPart id={profile.row.id} />
      <div className={css.part}>
        <p className={css.about}>{p.eraseAbout}</p>
        <Button variant="outline" color="red" leftSection={<IconUserX size={16} />} onClick={erase.open}>
          {p.erase}
        </Button>
      </div>
      <Suspense fallback={null}>{erasing && <EraseDialog profile={profile} onClose={erase.close} />}</Suspense>
    </Panel>
  );
}

function ExportPart({ id }: { id: string }) {
  const t = useT();
  const fmt = useFmt();
  const p = t.privacy.panel;
  const { state, start, cancel } = usePersonExport(id);
  const running = state.kind === 'running';
  return (
    <div className={css.part} data-testid="person-export" data-state={state.kind}>
      <p className={css.about}>{p.exportAbout}</p>
      <div className={css.line}>
        <Button variant="default" leftSection={<IconDownload size={16} />} onClick={start} loading={running}>
          {p.export}
        </Button>
        {running && (
          <Button variant="subtle" onClick={cancel}>
            {t.common.cancel}
          </Button>
        )}
      </div>
      <div role="status" className={css.said}>
        {state.kind === 'running' && <p>{p.running(fmt.count(state.records), fmt.bytes(state.bytes))}</p>}
        {state.kind === 'done' && <p>{p.done(state.fileName, fmt.count(state.records))}</p>}
        {state.kind === 'broken' && (
          <Notice tone="danger" title={p.broken}>
            <p>{p.brokenText}</p>
          </Notice>
        )}
        {state.kind === 'failed' && (
          <Notice tone="danger">
            <p>{errorText(t, state.error)}</p>
          </Notice>
        )}
      </div>
    </div>
  );
}
