import { Button, Checkbox, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError, idempotencyKey } from '@/shared/api/client';
import { useT } from '@/shared/i18n';
import { fieldErrors } from '@/shared/ui/errorText';
import { Notice } from '@/shared/ui/Notice';
import { Panel } from '@/shared/ui/Panel';
import { errorText } from '@/shared/ui/StateView';
import { createSignUp, ownClerkQuery, purposesQuery, type SignedUp } from './api';
import css from './clerk.module.css';

/** Three fields at most. The form is empty again for the next person as soon as the answer is there. */
export function SignUpForm() {
  const t = useT();
  const f = t.clerk.form;
  const queryClient = useQueryClient();
  const purposes = useQuery(purposesQuery).data?.items ?? [];
  const [key, setKey] = useState(idempotencyKey);
  const [error, setError] = useState<string | null>(null);
  const [done, setDone] = useState<SignedUp | null>(null);
  const form = useForm({
    initialValues: { phone: '', name: '', purposes: [] as string[] },
    validate: { phone: (value) => (value.trim() ? null : t.access.required) },
  });
  const submit = form.onSubmit(async ({ phone, name, purposes }) => {
    setError(null);
    setDone(null);
    try {
      setDone(await createSignUp({ phone: phone.trim(), name: name.trim() || null, purposes }, key));
      form.reset();
      setKey(idempotencyKey());
      await queryClient.invalidateQueries({ queryKey: ownClerkQuery.queryKey });
    } catch (failure) {
      // A refused request has had no effect; what is sent next is another one.
      setKey(idempotencyKey());
      if (failure instanceof ApiError) form.setErrors(fieldErrors(t, failure));
      setError(errorText(t, failure));
    }
  });
  return (
    <Panel title={f.title} testId="sign-up">
      <form onSubmit={submit} className={css.form} noValidate>
        <TextInput
          size="lg"
          label={f.phone}
          type="tel"
          inputMode="tel"
          autoComplete="off"
          {...form.getInputProps('phone')}
        />
        <TextInput size="lg" label={f.name} autoComplete="off" {...form.getInputProps('name')} />
        {purposes.length > 0 && (
          <Checkbox.Group label={f.agrees} description={f.agreesText} {...form.getInputProps('purposes')}>
            <div className={css.purposes}>
              {purposes.map((one) => (
                <Checkbox
                  key={one.code}
                  size="md"
                  value={one.code}
                  label={one.name}
                  description={one.description || undefined}
                />
              ))}
            </div>
          </Checkbox.Group>
        )}
        {error && (
          <p className="negative" role="alert">
            {error}
          </p>
        )}
        <Button type="submit" className={css.primary} loading={form.submitting} fullWidth>
          {f.submit}
        </Button>
        <div role="status">{done && <Outcome done={done} />}</div>
      </form>
    </Panel>
  );
}

function Outcome({ done }: { done: SignedUp }) {
  const f = useT().clerk.form;
  const title = done.was_known ? f.known : f.done;
  return (
    <Notice tone={done.was_known ? 'warning' : 'info'} title={title}>
      {done.customer_id === null ? (
        <p>{done.was_known ? f.elsewhere : f.counted}</p>
      ) : (
        <Link to="/customers/$id" params={{ id: done.customer_id }} className={css.open}>
          {f.open}
        </Link>
      )}
    </Notice>
  );
}
