import { useQueryClient } from '@tanstack/react-query';
import { VersionedDialog } from '@/app/forms/VersionedDialog';
import type { Source } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { sourceQuery, updateSource } from './api';
import { SourceFields } from './SourceFields';
import { EMPTY, faultsOf, fieldNames, formOf, type SourceForm, sayOf, settingsOf } from './sourceForm';

interface Props {
  source: Source;
  onSaved: (source: Source) => void;
  onClose: () => void;
}

export function EditDialog({ source, onSaved, onClose }: Props) {
  const t = useT();
  const fmt = useFmt();
  const e = t.sources.edit;
  const queryClient = useQueryClient();
  return (
    <VersionedDialog<Source, SourceForm>
      title={e.title}
      action={e.save}
      done={e.saved}
      thing={source}
      empty={EMPTY}
      formOf={formOf}
      draft={`source.${source.id}`}
      labelOf={(field) => fieldNames(t)[field]}
      say={sayOf(t, fmt)}
      faultsOf={(form) => faultsOf(t, form)}
      update={({ id, version }, form) => updateSource(id, version, settingsOf(form))}
      latest={async ({ id }) => (await queryClient.fetchQuery({ ...sourceQuery(id), staleTime: 0 })).source}
      onSaved={onSaved}
      onClose={onClose}
    >
      {(form) => <SourceFields form={form} exists />}
    </VersionedDialog>
  );
}
