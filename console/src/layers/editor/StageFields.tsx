import { Button, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { CODE_MAX, codeFrom, NAME_MAX } from '@/app/forms/codes';
import { RuleText } from '@/segments/RuleText';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import type { StageSettings } from '../types';
import css from './editor.module.css';
import type { FormStage } from './layerForm';
import { StageRule } from './StageRule';

interface Props {
  stage: FormStage;
  number: string;
  /** What codes of new stages begin with. */
  prefix: string;
  tools: ReactNode;
  /** Who would be in it; null: not known yet. */
  count: number | null;
  change: (next: FormStage) => void;
  errorOf: (field: keyof StageSettings) => string | undefined;
}

/** A stage shows its rule, and opens it to be changed: of many stages few are at work on. */
export function StageFields({ stage, number, prefix, tools, count, change, errorOf }: Props) {
  const e = useT().layers.editor;
  const fmt = useFmt();
  const [opened, setOpened] = useState(stage.text === '');
  const error = errorOf('text');
  const suggested = (name: string) => (codeFrom(name) ? codeFrom(`${prefix}_${name}`) : '');
  const rename = (name: string) =>
    change({
      ...stage,
      name,
      code: !stage.isKept && stage.code === suggested(stage.name) ? suggested(name) : stage.code,
    });
  return (
    // biome-ignore lint/a11y/useSemanticElements: one of several in a set of fields
    <div role="group" aria-label={e.stage.of(number)} data-testid="stage">
      <div className={css.stageHead}>
        <TextInput
          label={e.stageName}
          maxLength={NAME_MAX}
          value={stage.name}
          error={errorOf('name')}
          onChange={(event) => rename(event.currentTarget.value)}
        />
        <TextInput
          label={e.stageCode}
          maxLength={CODE_MAX}
          value={stage.code}
          readOnly={stage.isKept}
          className={stage.isKept && css.fixed}
          title={stage.isKept && e.stageCodeStays}
          error={errorOf('code')}
          onChange={(event) => change({ ...stage, code: event.currentTarget.value })}
        />
        {tools}
      </div>
      {count !== null && (
        <p className={css.stageCount} data-testid="stage-count" data-count={count}>
          {e.stageCount(fmt.count(count))}
        </p>
      )}
      <div className={css.stageRule}>
        {opened ? (
          <StageRule value={stage.text} error={error} onChange={(text) => change({ ...stage, text })} />
        ) : (
          <>
            <div className={css.shownRule}>
              <RuleText text={stage.text} />
              <Button variant="default" size="xs" aria-label={e.changeRuleOf(number)} onClick={() => setOpened(true)}>
                {e.changeRule}
              </Button>
            </div>
            {error && (
              <p role="alert" className={css.wrong} tabIndex={-1} aria-invalid="true">
                {error}
              </p>
            )}
          </>
        )}
      </div>
    </div>
  );
}
