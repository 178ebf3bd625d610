import { type ChangeEvent, useState } from 'react';
import { ApiError } from '../api/client';
import { useT } from '../i18n';
import { fieldErrors } from './errorText';

type Errors<Form> = Partial<Record<keyof Form, string>>;

/** What is wrong with a field, or with a part of it: `fields.2.label` of `fields`. */
function withoutErrorsOf<Form>(name: string, errors: Errors<Form>): Errors<Form> {
  const others = Object.entries(errors).filter(([key]) => key !== name && !key.startsWith(`${name}.`));
  return Object.fromEntries(others) as Errors<Form>;
}

/** A form of plain texts: what is typed, and what is wrong with it, at its field. Typing in a field takes its error away. */
export function useFields<Form extends Record<keyof Form, string>>(initial: Form) {
  const t = useT();
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<Errors<Form>>({});
  const set = (name: keyof Form, value: string) => {
    setValues((before) => ({ ...before, [name]: value }));
    setErrors((before) => withoutErrorsOf(name as string, before));
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
