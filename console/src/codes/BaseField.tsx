import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useT } from '@/shared/i18n';
import { Notice } from '@/shared/ui/Notice';
import { isBase, isPrivate, useBase } from './base';
import css from './codes.module.css';

interface TypedBase {
  typed: string;
  isValid: boolean;
  /** The last valid one. */
  base: string;
  type: (text: string) => void;
}

/** The address that links begin with, as it is being typed. A valid one is remembered. */
export function useTypedBase(): TypedBase {
  const [stored, setStored] = useBase();
  const [typed, setTyped] = useState(stored);
  const isValid = isBase(typed.trim());
  const type = (text: string) => {
    setTyped(text);
    if (isBase(text.trim())) setStored(text.trim());
  };
  return { typed, isValid, base: isValid ? typed.trim() : stored, type };
}

interface Props {
  of: TypedBase;
  hint: string;
}

export function BaseField({ of: { typed, isValid, base, type }, hint }: Props) {
  const p = useT().codes.page;
  return (
    <>
      <TextInput
        label={p.base}
        description={hint}
        type="url"
        value={typed}
        error={isValid ? undefined : p.baseWrong}
        onChange={(event) => type(event.currentTarget.value)}
      />
      {isPrivate(base) && (
        <div className={css.notice} data-testid="private-base">
          <Notice tone="warning">{p.basePrivate}</Notice>
        </div>
      )}
    </>
  );
}
