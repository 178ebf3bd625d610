import { codeFault } from '@/app/forms/codes';
import type { Messages } from '@/shared/i18n';
import type { Topic } from './types';

export const DESCRIPTION_MAX = 500;

export type TopicForm = Record<'code' | 'name' | 'description', string>;

export const EMPTY: TopicForm = { code: '', name: '', description: '' };

export const formOf = ({ code, name, description }: Topic): TopicForm => ({ code, name, description });

export function faultsOf(t: Messages, form: TopicForm): Partial<TopicForm> {
  return {
    ...codeFault(t, form.code, t.topics.form.codeHint),
    ...(form.name.trim() === '' ? { name: t.access.required } : {}),
  };
}
