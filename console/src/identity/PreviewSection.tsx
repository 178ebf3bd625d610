import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { customersQuery } from '@/customers/api';
import { ApiError, idempotencyKey } from '@/shared/api/client';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Notice } from '@/shared/ui/Notice';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import { errorText, LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { createMerge, mergePreviewQuery } from './api';
import { FieldsPanel } from './FieldsPanel';
import css from './identity.module.css';
import { KeepChoice } from './KeepChoice';
import { needsCare } from './pairs';
import { SumsTable } from './SumsTable';
import type { MergePreview } from './types';

interface Props {
  id: string;
  other: string;
  /** By whose id the customer is to go on; null: the server chooses. */
  keep: string | null;
  onKeep: (id: string | null) => void;
  onOther: () => void;
}

/** What each has, what both together would have, and what is to be thought about. Nothing is changed by looking. */
export function PreviewSection({ id, other, keep, onKeep, onOther }: Props) {
  const m = useT().identity.merge;
  const query = useQuery({
    ...mergePreviewQuery(id, other, keep),
    // The other choice of the same two: what is on the screen stays until it is there.
    placeholderData: (before, query) => (query?.queryKey[3] === other ? before : undefined),
  });
  const change = (
    <Button variant="default" onClick={onOther}>
      {m.find.change}
    </Button>
  );
  const impossible = (title: string, text: string) => (
    <Panel>
      <StateView testId="cannot-merge" title={title} text={text}>
        {change}
      </StateView>
    </Panel>
  );
  return (
    <QueryView
      query={query}
      loading={<LoadingBlock lines={5} height={60} />}
      onError={({ status }) => {
        if (status === 409) return impossible(m.warnings.same_title, m.warnings.same);
        return status === 404 || status === 422 ? impossible(m.find.none, m.warnings.not_found) : null;
      }}
    >
      {(preview) => (
        <div className={css.stack} data-testid="merge-preview">
          {needsCare(preview) && <Warnings preview={preview} />}
          <Panel title={m.preview.title} actions={change}>
            <KeepChoice preview={preview} keep={keep} onKeep={onKeep} />
            <SumsTable preview={preview} />
            <p className={css.hint}>{m.preview.ordersNote}</p>
          </Panel>
          <FieldsPanel fields={preview.fields} />
          <MergeAction id={id} other={other} keep={keep} preview={preview} isOld={query.isPlaceholderData} />
        </div>
      )}
    </QueryView>
  );
}

function Warnings({ preview }: { preview: MergePreview }) {
  const t = useT();
  const fmt = useFmt();
  const w = t.identity.merge.warnings;
  const { too_many_profiles: tooMany, kept_apart: keptApart, over_limit: over } = preview;
  return (
    <div className={css.notice} role="status" data-testid="merge-warnings">
      {tooMany && (
        <Notice tone="danger" title={w.too_many_title}>
          <p>{w.too_many}</p>
        </Notice>
      )}
      {(keptApart || over.length > 0) && (
        <Notice tone="warning" title={w.title}>
          <ul className={css.lines}>
            {keptApart && <li>{w.kept_apart}</li>}
            {over.map(({ type, count, limit }) => (
              <li key={type}>{w.over_limit(lookup(t.common.identifiers, type), fmt.count(count), fmt.count(limit))}</li>
            ))}
          </ul>
        </Notice>
      )}
    </div>
  );
}

interface ActionProps extends Omit<Props, 'onKeep' | 'onOther'> {
  preview: MergePreview;
  /** The one that belongs to what was chosen is on its way. */
  isOld: boolean;
}

/** It can be taken back, so it is done without another question: the page is the question. */
function MergeAction({ id, other, keep, preview, isOld }: ActionProps) {
  const t = useT();
  const m = t.identity.merge;
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [key] = useState(idempotencyKey);
  const merge = useMutation({
    // What is done is what is on the screen, also where the server would choose otherwise by now.
    mutationFn: () => createMerge(id, other, keep ?? preview.survivor.id, key),
    onSuccess: async ({ survivor }) => {
      notify(m.done);
      queryClient.removeQueries({ queryKey: ['customer', survivor === id ? other : id] });
      queryClient.invalidateQueries({ queryKey: customersQuery({}).queryKey.slice(0, 1) });
      await navigate({ to: '/customers/$id', params: { id: survivor }, hash: 'merges' });
      queryClient.invalidateQueries({ queryKey: ['customer', survivor] });
    },
    onError: (error) => {
      const meanwhile = error instanceof ApiError && error.code === 'conflict';
      notify(meanwhile ? m.changed : errorText(t, error), 'danger');
      // What it was compared with is gone: the answer to the new question stands alone.
      if (meanwhile) queryClient.resetQueries({ queryKey: ['customer', id, 'merge-preview'] });
    },
  });
  return (
    <div className={css.action}>
      <p className={css.effect}>{m.effect}</p>
      <Button onClick={() => merge.mutate()} loading={merge.isPending} disabled={preview.too_many_profiles || isOld}>
        {m.action}
      </Button>
    </div>
  );
}
