import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type KeyboardEvent, useState } from 'react';
import { ApiError } from '@/shared/api/client';
import { useLocale, useT } from '@/shared/i18n';
import { fieldErrors } from '@/shared/ui/errorText';
import { Notice } from '@/shared/ui/Notice';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import { errorText } from '@/shared/ui/StateView';
import { fillTemplate } from '../api';
import type { LayerTemplate } from '../types';
import css from './editor.module.css';

interface Props {
  template: LayerTemplate;
  onFilled: (filled: LayerTemplate) => void;
  /** Takes the last filling back; null: there is nothing to take back. */
  onUnfill: (() => void) | null;
}

const LISTS = new Set(['texts', 'numbers']);
const FIGURES = new Set(['number', 'money']);

const valuesOf = (text: string) =>
  text
    .split(/[,，]/)
    .map((one) => one.trim())
    .filter(Boolean);

/** What a template is filled in with: other values give other stages. */
export function Parameters({ template, onFilled, onUnfill }: Props) {
  const t = useT();
  const e = t.layers.editor;
  const { locale } = useLocale();
  const [values, setValues] = useState<Record<string, string>>(() =>
    Object.fromEntries(template.parameters.map((one) => [one.code, one.values.join(', ')])),
  );
  const fill = useMutation({
    mutationFn: () =>
      fillTemplate(
        template.code,
        locale,
        Object.fromEntries(Object.entries(values).map(([code, text]) => [code, valuesOf(text)])),
      ),
    onSuccess: (filled) => {
      notify(e.filled);
      onFilled(filled);
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  const faults = fill.error instanceof ApiError ? fieldErrors(t, fill.error) : {};
  // It stands within the form of the layer, which is not to be sent by it.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    fill.mutate();
  };
  return (
    <>
      {template.lacks.length > 0 && (
        <Notice tone="warning">
          {e.lacks}
          <ul className={css.lacks} data-testid="lacks">
            {template.lacks.map(({ stage, message }) => (
              <li key={`${stage} ${message}`}>
                {stage && <span className="mono">{stage} </span>}
                <span lang="en">{message}</span>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {template.parameters.length > 0 && (
        <Panel title={e.parameters} testId="parameters">
          <div className={css.stack}>
            <div className={css.two}>
              {template.parameters.map(({ code, name, kind }) => (
                <TextInput
                  key={code}
                  label={<span translate="no">{name}</span>}
                  description={LISTS.has(kind) ? e.several : undefined}
                  inputMode={FIGURES.has(kind) ? 'decimal' : undefined}
                  value={values[code] ?? ''}
                  error={faults[`parameters.${code}`]}
                  onChange={({ currentTarget: { value } }) => {
                    setValues((before) => ({ ...before, [code]: value }));
                    fill.reset();
                  }}
                  onKeyDown={onKeyDown}
                />
              ))}
            </div>
            <div className={css.tools}>
              <Button variant="default" onClick={() => fill.mutate()} loading={fill.isPending}>
                {e.fill}
              </Button>
              {onUnfill && (
                <Button variant="subtle" onClick={onUnfill}>
                  {e.unfill}
                </Button>
              )}
            </div>
          </div>
        </Panel>
      )}
    </>
  );
}
