import { Button, Input } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { type RefObject, useId } from 'react';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { errorText } from '@/shared/ui/errorText';
import { asMeant, marked, placeOf, selectionOf } from '../ruleText';
import type { RuleProblem } from '../types';
import css from './editor.module.css';

interface Props {
  field: RefObject<HTMLTextAreaElement | null>;
  value: string;
  error?: string;
  /** Of just this text; null while they are not known. */
  problems: RuleProblem[] | null;
  /** Why they cannot be known. */
  failure: unknown;
  onChange: (text: string) => void;
}

/** The text of a rule, with what is wrong about it marked where it stands and told below. */
export function RuleField({ field, value, error, problems, failure, onChange }: Props) {
  const e = useT().segmentEditor;
  const id = useId();
  const isWrong = Boolean(error) || (problems !== null && problems.length > 0);
  return (
    <div>
      <Input.Wrapper label={e.rule} description={e.ruleHint} error={error} id={id}>
        <div className={css.field} data-wrong={isWrong || undefined}>
          {/* The same text below, in the same letters: it gives the field its height and carries the marks. */}
          <div className={css.marks} aria-hidden="true" translate="no" data-testid="marks">
            {marked(value, problems ?? []).map((piece, place) =>
              piece.problems.length === 0 ? (
                piece.text
              ) : (
                // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no names, and stay in their order
                <mark key={place}>{piece.text}</mark>
              ),
            )}
            {'\n'}
          </div>
          <textarea
            ref={field}
            id={id}
            className={css.input}
            value={value}
            placeholder={e.rulePlaceholder}
            aria-invalid={isWrong || undefined}
            aria-describedby={`${id}-problems`}
            spellCheck={false}
            autoCapitalize="off"
            autoCorrect="off"
            translate="no"
            rows={4}
            onChange={(event) => onChange(event.currentTarget.value)}
            data-testid="rule"
          />
        </div>
      </Input.Wrapper>
      <div id={`${id}-problems`} className={css.problems} role="status">
        <Told value={value} problems={problems} failure={failure} field={field} onChange={onChange} />
      </div>
    </div>
  );
}

function Told({ value, problems, failure, field, onChange }: Omit<Props, 'error'>) {
  const t = useT();
  const p = t.segmentEditor.problems;
  const fmt = useFmt();
  if (value.trim() === '') return null;
  if (problems === null && failure) return <p className={css.wrong}>{errorText(t, failure)}</p>;
  if (problems === null) return <p className={css.reading}>{p.reading}</p>;
  if (problems.length === 0)
    return (
      <p className={css.fine}>
        <IconCircleCheck size={16} aria-hidden="true" /> {p.fine}
      </p>
    );
  const select = (problem: RuleProblem) => {
    const selection = selectionOf(value, problem);
    if (!selection) return;
    field.current?.focus();
    field.current?.setSelectionRange(...selection);
  };
  return (
    <div data-testid="problems">
      <p className={css.wrong}>
        <IconAlertTriangle size={16} aria-hidden="true" /> {p.title(fmt.count(problems.length))}
      </p>
      <ul className={css.list}>
        {problems.map((problem, index) => {
          const meant = asMeant(value, problem);
          const { line, column } = placeOf(value, problem.from ?? 0);
          const place = p.place(fmt.count(line), fmt.count(column));
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: two may say the same of the same place
            <li key={`${index} ${problem.message}`}>
              {problem.from !== null && (
                <button type="button" className={css.place} aria-label={p.show(place)} onClick={() => select(problem)}>
                  {place}
                </button>
              )}
              <span lang="en" className={css.message}>
                {problem.message}
              </span>
              {meant && (
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => {
                    onChange(meant.text);
                    field.current?.focus();
                  }}
                >
                  <span>{p.use(meant.meant)}</span>
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
