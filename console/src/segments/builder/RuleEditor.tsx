import { Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { RefObject } from 'react';
import { useT } from '@/shared/i18n';
import { useStored } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { catalogueQuery, countQuery } from '../api';
import { RuleField } from '../editor/RuleField';
import type { RuleProblem } from '../types';
import { Builder } from './Builder';
import css from './builder.module.css';
import type { Tree } from './useTree';

export type RuleView = 'form' | 'text';

/** How somebody likes to write rules, on this device. */
export function useRuleView() {
  return useStored<RuleView>('rule_view', 'form');
}

interface Props {
  view: RuleView;
  onView: (view: RuleView) => void;
  field: RefObject<HTMLTextAreaElement | null>;
  value: string;
  tree: Tree;
  error?: string;
  /** Of just what stands here; null while they are not known. */
  problems: RuleProblem[] | null;
  /** Why they cannot be known. */
  failure: unknown;
  onChange: (text: string) => void;
}

/** A rule, written one condition after the other or as text: both say the same, and each is made of the other. */
export function RuleEditor({ view, onView, tree, ...props }: Props) {
  const { ruleBuilder: b, segmentEditor: e } = useT();
  const isForm = view === 'form';
  return (
    <div>
      <div className={css.view}>
        <span className={css.label}>{isForm ? e.rule : ''}</span>
        <SegmentedControl
          size="xs"
          aria-label={b.view}
          value={view}
          onChange={(next) => onView(next as RuleView)}
          data={(['form', 'text'] as const).map((value) => ({ value, label: b.views[value] }))}
        />
      </div>
      {isForm ? (
        <>
          <Form tree={tree} onText={() => onView('text')} {...props} />
          {props.error && (
            <p className={css.wrong} role="alert" tabIndex={-1} aria-invalid="true">
              {props.error}
            </p>
          )}
        </>
      ) : (
        <RuleField {...props} />
      )}
    </div>
  );
}

type FormProps = Pick<Props, 'tree' | 'value' | 'problems'> & { onText: () => void };

function Form({ tree, value, problems, onText }: FormProps) {
  const b = useT().ruleBuilder;
  const catalogue = useQuery(catalogueQuery);
  const isUsable = problems?.length === 0;
  const counted = useQuery({ ...countQuery(value), enabled: isUsable });
  const { tree: root } = tree;
  if (!root)
    return (
      <Notice tone="warning">
        {b.cannotShow}{' '}
        <Button size="compact-sm" variant="default" onClick={onText}>
          {b.toText}
        </Button>
      </Notice>
    );
  return (
    <QueryView query={catalogue} quiet loading={<LoadingBlock lines={3} height={40} />}>
      {(names) => (
        <Builder
          catalogue={names}
          tree={{ ...tree, tree: root }}
          problems={problems}
          counted={isUsable && !counted.isPlaceholderData ? counted.data : undefined}
        />
      )}
    </QueryView>
  );
}
