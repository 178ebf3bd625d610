import { TextInput } from '@mantine/core';
import { useState } from 'react';
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
  words: { base: string; baseWrong: string; basePrivate: string };
  hint: string;
}

export function BaseField({ of: { typed, isValid, base, type }, words, hint }: Props) {
  return (
    <>
      <TextInput
        label={words.base}
        description={hint}
        type="url"
        value={typed}
        error={isValid ? undefined : words.baseWrong}
        onChange={(event) => type(event.currentTarget.value)}
      />
      {isPrivate(base) && (
        <div className={css.notice} data-testid="private-base">
          <Notice tone="warning">{words.basePrivate}</Notice>
        </div>
      )}
    </>
  );
}
