import { Checkbox, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { VersionedDialog } from '@/app/forms/VersionedDialog';
import { purposesQuery } from '@/consent/api';
import { useT } from '@/shared/i18n';
import { putReceiptSettings, type ReceiptSettings, receiptSettingsQuery } from './api';
import { EMPTY, formOf, isHours, purposesOf, type SettingsForm, settingsOf } from './settingsForm';

/** How long receipts are open, and what their page asks somebody to agree to. */
export function SettingsDialog({ onClose }: { onClose: () => void }) {
  const f = useT().receipts.form;
  const queryClient = useQueryClient();
  const settings = useQuery(receiptSettingsQuery).data;
  const purposes = useQuery(purposesQuery).data?.items.filter(({ texts }) => texts.length > 0);
  if (!settings || !purposes) return null;
  return (
    <VersionedDialog<ReceiptSettings, SettingsForm>
      title={f.title}
      action={f.save}
      done={f.saved}
      thing={settings}
      empty={EMPTY}
      formOf={formOf}
      draft="receipt-settings"
      labelOf={(field) => f[field]}
      say={(field, value) => (field === 'consents' ? purposesOf({ consents: value }).join(', ') : value)}
      faultsOf={(form) => (isHours(form.valid_hours) ? {} : { valid_hours: f.wrongHours })}
      update={(base, form) => putReceiptSettings(base.version, settingsOf(form, purposes, base))}
      latest={() => queryClient.fetchQuery({ ...receiptSettingsQuery, staleTime: 0 })}
      onSaved={(saved) => queryClient.setQueryData(receiptSettingsQuery.queryKey, saved)}
      onClose={onClose}
    >
      {(form) => (
        <>
          <TextInput
            label={f.valid_hours}
            description={f.validHint}
            inputMode="numeric"
            data-autofocus
            {...form.field('valid_hours')}
          />
          {purposes.length === 0 ? (
            <p>{f.noPurposes}</p>
          ) : (
            <Checkbox.Group
              label={f.consents}
              description={f.consentsHint}
              value={purposesOf(form.values)}
              onChange={(next) => form.set('consents', JSON.stringify(next))}
            >
              {purposes.map(({ code, name }) => (
                <Checkbox key={code} mt="xs" value={code} label={name} />
              ))}
            </Checkbox.Group>
          )}
        </>
      )}
    </VersionedDialog>
  );
}
