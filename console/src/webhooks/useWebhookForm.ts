import { useState } from 'react';
import { ApiError } from '@/shared/api/client';
import { useT } from '@/shared/i18n';
import { fieldErrors } from '@/shared/ui/errorText';
import type { WebhookSettings } from './types';

type Field = keyof WebhookSettings;
type Errors = Partial<Record<Field, string>>;

/** What is typed, and what is wrong with it, at its field. Whether an address may be used is for the server to say. */
export function useWebhookForm(initial: WebhookSettings) {
  const t = useT();
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<Errors>({});
  return {
    values,
    errors,
    setValues: (next: WebhookSettings) => {
      setValues(next);
      setErrors({});
    },
    set: <F extends Field>(name: F, value: WebhookSettings[F]) => {
      setValues((before) => ({ ...before, [name]: value }));
      setErrors(({ [name]: _, ...others }) => others);
    },
    /** Whether it may be sent. */
    check: () => {
      const found: Errors = {};
      if (values.url.trim() === '') found.url = t.access.required;
      if (values.event_types.length === 0) found.event_types = t.webhooks.form.oneEvent;
      setErrors(found);
      return Object.keys(found).length === 0;
    },
    /** What the server refused, at the fields that it names. */
    refuse: (error: unknown) => {
      if (error instanceof ApiError) setErrors(fieldErrors(t, error));
    },
  };
}

export type WebhookFormState = ReturnType<typeof useWebhookForm>;
