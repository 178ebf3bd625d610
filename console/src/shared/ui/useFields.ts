import { type ChangeEvent, useState } from 'react';
import { ApiError } from '../api/client';
import { useT } from '../i18n';
import { fieldErrors } from './errorText';

type Errors<Form> = Partial<Record<keyof Form, string>>;

/** A form of plain texts: what is typed, and what is wrong with it, at its field. Typing in a field takes its error away. */
export function useFields<Form extends Record<keyof Form, string>>(initial: Form) {
  const t = useT();
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<Errors<Form>>({});
  const set = (name: keyof Form, value: string) => {
    setValues((before) => ({ ...before, [name]: value }));
    setErrors((before) => ({ ...before, [name]: undefined }));
  };
  return {
    values,
    errors,
    set,
    setValues: (next: Form) => {
      setValues(next);
      setErrors({});
    },
    /** Shows what the console found itself; says whether the form may be sent. */
    check: (found: Errors<Form>) => {
      setErrors(found);
      return Object.keys(found).length === 0;
    },
    /** Shows what the server refused, at the fields that it names. */
    refuse: (error: unknown) => {
      if (error instanceof ApiError) setErrors(fieldErrors(t, error) as Errors<Form>);
    },
    field: (name: keyof Form) => ({
      value: values[name],
      error: errors[name],
      onChange: (event: ChangeEvent<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>) =>
        set(name, event.currentTarget.value),
    }),
  };
}

export type Fields<Form extends Record<keyof Form, string>> = ReturnType<typeof useFields<Form>>;
