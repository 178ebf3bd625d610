import { Button, Checkbox, TextInput } from '@mantine/core';
import { lookup, useT } from '@/shared/i18n';
import type { WebhookFormState } from './useWebhookForm';
import { DESCRIPTION_CHARACTERS_MAX, URL_CHARACTERS_MAX } from './webhookForm';
import css from './webhooks.module.css';

interface Props {
  form: WebhookFormState;
  /** What a webhook can be subscribed to, as the server says. */
  eventTypes: string[];
}

export function WebhookFields({ form, eventTypes }: Props) {
  const t = useT();
  const f = t.webhooks.form;
  const { values, errors, set } = form;
  const all = values.event_types.length === eventTypes.length;
  return (
    <>
      <TextInput
        type="url"
        label={f.url}
        description={f.urlHint}
        placeholder="https://"
        data-autofocus
        maxLength={URL_CHARACTERS_MAX}
        value={values.url}
        error={errors.url}
        onChange={(event) => set('url', event.currentTarget.value)}
      />
      <TextInput
        label={f.description}
        description={f.descriptionHint}
        maxLength={DESCRIPTION_CHARACTERS_MAX}
        value={values.description}
        error={errors.description}
        onChange={(event) => set('description', event.currentTarget.value)}
      />
      <Checkbox.Group
        label={f.eventTypes}
        value={values.event_types}
        error={errors.event_types}
        onChange={(types) => set('event_types', types)}
      >
        <div className={css.events}>
          {eventTypes.map((type) => (
            <Checkbox
              key={type}
              value={type}
              label={
                <>
                  {lookup(t.webhooks.events, type)} <span className="mono muted">{type}</span>
                </>
              }
            />
          ))}
        </div>
      </Checkbox.Group>
      <Button
        variant="default"
        size="xs"
        className={css.start}
        onClick={() => set('event_types', all ? [] : [...eventTypes])}
      >
        {all ? f.noEvents : f.allEvents}
      </Button>
      <Checkbox
        label={f.withImports}
        description={f.withImportsHint}
        checked={values.with_imports}
        onChange={(event) => set('with_imports', event.currentTarget.checked)}
      />
    </>
  );
}
