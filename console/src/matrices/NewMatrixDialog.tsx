import { NativeSelect, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CODE_MAX, codeFault, NAME_MAX, suggestingCode } from '@/app/forms/codes';
import { VersionedDialog } from '@/app/forms/VersionedDialog';
import { layersQuery } from '@/layers/api';
import { useT } from '@/shared/i18n';
import { createMatrix, matricesQuery, matrixQuery } from './api';
import type { Matrix } from './types';

type NewMatrix = Record<'name' | 'code' | 'layer', string>;

const EMPTY: NewMatrix = { name: '', code: '', layer: '' };

/** A matrix without contents, of a layer: both stay together. */
export function NewMatrixDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const m = t.matrices;
  const f = m.newForm;
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const layers = useQuery(layersQuery(false));
  const faultsOf = (form: NewMatrix) => ({
    ...(form.name.trim() === '' ? { name: t.access.required } : {}),
    ...codeFault(t, form.code, m.contentForm.codeHint),
    ...(form.layer === '' ? { layer: t.access.required } : {}),
  });
  return (
    <VersionedDialog<Matrix, NewMatrix>
      title={m.create}
      action={m.create}
      done={f.created}
      thing={null}
      empty={EMPTY}
      formOf={({ name, code, layer }) => ({ name, code, layer: layer.code })}
      draft="matrix"
      labelOf={(field) => f[field]}
      faultsOf={faultsOf}
      taken={{ code: f.taken }}
      create={(form, key) => createMatrix(form.code, form.layer, { name: form.name, contents: [] }, key)}
      onSaved={(saved) => {
        queryClient.invalidateQueries({ queryKey: matricesQuery.queryKey });
        queryClient.setQueryData(matrixQuery(saved.code).queryKey, saved);
        navigate({ to: '/matrices/$code', params: { code: saved.code }, ignoreBlocker: true });
      }}
      onClose={onClose}
    >
      {(form) => (
        <>
          <TextInput label={f.name} maxLength={NAME_MAX} data-autofocus {...suggestingCode(form, 'name', 'code')} />
          <TextInput label={f.code} description={m.contentForm.codeHint} maxLength={CODE_MAX} {...form.field('code')} />
          <NativeSelect
            label={f.layer}
            translate="no"
            description={layers.data?.items.length === 0 ? f.noLayers : f.layerHint}
            {...form.field('layer')}
            data={[
              { value: '', label: f.layerNone },
              ...(layers.data?.items ?? []).map(({ code, name }) => ({ value: code, label: name })),
            ]}
          />
        </>
      )}
    </VersionedDialog>
  );
}
