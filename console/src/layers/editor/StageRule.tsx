import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { readQuery } from '@/segments/api';
import { RuleEditor, useRuleView } from '@/segments/builder/RuleEditor';
import { useTree } from '@/segments/builder/useTree';

const DEBOUNCE_MS = 300;

interface Props {
  value: string;
  error?: string;
  onChange: (text: string) => void;
}

/** The rule of one stage, or of the base, in the editor that segments have. */
export function StageRule({ value, error, onChange }: Props) {
  const [view, setView] = useRuleView();
  const field = useRef<HTMLTextAreaElement>(null);
  const tree = useTree(value, onChange);
  const [asked] = useDebouncedValue(value, DEBOUNCE_MS);
  const isAsked = asked.trim() !== '';
  const read = useQuery({ ...readQuery(asked), enabled: isAsked });
  const isAnswered = isAsked && asked === value && read.data !== undefined && !read.isPlaceholderData;
  return (
    <RuleEditor
      view={view}
      onView={setView}
      tree={tree}
      field={field}
      value={value}
      error={error}
      problems={isAnswered ? read.data.problems : null}
      failure={isAsked ? read.error : null}
      onChange={onChange}
    />
  );
}
