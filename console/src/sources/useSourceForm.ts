import { type ChangeEvent, useState } from 'react';
import { ApiError } from '@/shared/api/client';
import { useT } from '@/shared/i18n';
import { fieldErrors } from '@/shared/ui/errorText';
import { isRateLimit, type SourceForm } from './sourceForm';

type Field = keyof SourceForm;
type Errors = Partial<Record<Field, string>>;

/** Four fields of plain text. The form library of other screens would not fit into the budget of this one. */
export function useSourceForm(initial: SourceForm) {
  const t = useT();
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<Errors>({});
  const check = () => {
    const found: Errors = {};
    if (values.name.trim() === '') found.name = t.access.required;
    if (!isRateLimit(values.rate_limit)) found.rate_limit = t.sources.form.rateLimitRange;
    setErrors(found);
    return Object.keys(found).length === 0;
  };
  return {
    values,
    setValues: (next: SourceForm) => {
      setValues(next);
      setErrors({});
    },
    /** Whether it may be sent; what may not is said at its field. */
    check,
    /** What the server refused, at the fields that it names. */
    refuse: (error: unknown) => {
      if (error instanceof ApiError) setErrors(fieldErrors(t, error));
    },
    field: (name: Field) => ({
      value: values[name],
      error: errors[name],
      onChange: (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>) => {
        const { value } = event.currentTarget;
        setValues((before) => ({ ...before, [name]: value }));
        setErrors(({ [name]: _, ...others }) => others);
      },
    }),
  };
}

export type SourceFormState = ReturnType<typeof useSourceForm>;
