import type { ProfileField } from '@/fields/registry/types';
import type { AnswerValue, UsageQuestion } from './types';

/** As it is typed, by field: choices a line each, yes and no as `true` and `false`. */
export type Answers = Record<string, string>;

type Typed = Pick<ProfileField, 'name' | 'type'>;

/** What is sent: questions that were left open are left out. What is no value of its field is for the server to refuse. */
export function answersOf(questions: UsageQuestion[], fields: Typed[], typed: Answers): Record<string, AnswerValue> {
  const answered = questions.flatMap(({ field }) => {
    const text = typed[field]?.trim() ?? '';
    return text === '' ? [] : [[field, asTyped(fields.find(({ name }) => name === field)?.type, text)] as const];
  });
  return Object.fromEntries(answered);
}

function asTyped(type: string | undefined, text: string): AnswerValue {
  if (type === 'choices') return text.split('\n');
  if (type === 'boolean') return text === 'true';
  const number = Number(text);
  return (type === 'integer' || type === 'decimal') && Number.isFinite(number) ? number : text;
}
