import { Button, Modal, NativeSelect } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { purposesQuery } from '@/consent/api';
import { segmentsQuery } from '@/segments/api';
import { useT } from '@/shared/i18n';
import { useFocusBack } from '@/shared/ui/hooks';
import registry from '@/shared/ui/registry.module.css';
import { hashesUrl } from './api';

const FORMS = ['e164', 'digits', 'national'] as const;

/** Hashes of a segment's numbers as a file: only of members who agreed to the purpose. */
export function SendDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const a = t.audiences;
  useFocusBack();
  const segments = useInfiniteQuery(segmentsQuery('', false));
  const purposes = useQuery(purposesQuery);
  const [segment, setSegment] = useState('');
  const [purpose, setPurpose] = useState('');
  const [form, setForm] = useState<string>('e164');
  const isReady = segment !== '' && purpose !== '';
  return (
    <Modal opened onClose={onClose} title={a.send} closeButtonProps={{ 'aria-label': t.common.close }}>
      <div className={registry.stack}>
        <p>{a.sendText}</p>
        <NativeSelect
          label={a.segment}
          value={segment}
          onChange={(event) => setSegment(event.currentTarget.value)}
          data={[
            { value: '', label: a.chooseSegment },
            ...(segments.data?.pages ?? []).flatMap(({ items }) =>
              items.map(({ code, name }) => ({ value: code, label: name })),
            ),
          ]}
          data-autofocus
        />
        <NativeSelect
          label={a.agreed}
          value={purpose}
          onChange={(event) => setPurpose(event.currentTarget.value)}
          data={[
            { value: '', label: a.choosePurpose },
            ...(purposes.data?.items ?? []).map(({ code, name }) => ({ value: code, label: name })),
          ]}
        />
        <NativeSelect
          label={a.form}
          value={form}
          onChange={(event) => setForm(event.currentTarget.value)}
          data={FORMS.map((value) => ({ value, label: a.forms[value] }))}
        />
        <Button
          renderRoot={(props) =>
            isReady ? (
              <a {...props} href={hashesUrl(segment, purpose, form)} download />
            ) : (
              <button type="button" {...props} />
            )
          }
          disabled={!isReady}
        >
          {a.download}
        </Button>
      </div>
    </Modal>
  );
}
