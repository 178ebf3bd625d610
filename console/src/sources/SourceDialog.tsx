import { useQueryClient } from '@tanstack/react-query';
import { VersionedDialog } from '@/app/forms/VersionedDialog';
import type { SourceWithKey } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import { createSource, sourcesQuery } from './api';
import { SourceFields } from './SourceFields';
import { EMPTY, faultsOf, fieldNames, type SourceForm, settingsOf } from './sourceForm';

interface Props {
  onClose: () => void;
  onCreated: (created: SourceWithKey) => void;
}

export function SourceDialog({ onClose, onCreated }: Props) {
  const t = useT();
  const s = t.sources;
  const queryClient = useQueryClient();
  return (
    <VersionedDialog<SourceWithKey, SourceForm>
      title={s.create}
      action={s.create}
      thing={null}
      empty={EMPTY}
      formOf={() => EMPTY}
      draft="source"
      labelOf={(field) => fieldNames(t)[field]}
      faultsOf={(form) => faultsOf(t, form)}
      create={(form, key) => {
        const { state: _, ...settings } = settingsOf(form);
        return createSource(settings, key);
      }}
      onSaved={(created) => {
        queryClient.invalidateQueries({ queryKey: sourcesQuery.queryKey });
        onCreated(created);
      }}
      onClose={onClose}
    >
      {(form) => <SourceFields form={form} />}
    </VersionedDialog>
  );
}
