import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { customersQuery } from '@/customers/api';
import { ApiError, idempotencyKey } from '@/shared/api/client';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { undoMerge } from './api';
import css from './identity.module.css';
import type { CustomerIdentity, Merge } from './types';

interface Props {
  identity: CustomerIdentity;
  merge: Merge;
  onClose: () => void;
}

/** What taking a merge back does to both, before it is done. */
export function UndoDialog({ identity, merge, onClose }: Props) {
  const t = useT();
  const fmt = useFmt();
  const u = t.identity.undo;
  const queryClient = useQueryClient();
  const [key] = useState(idempotencyKey);
  const refresh = () => {
    queryClient.invalidateQueries({ queryKey: ['customer'] });
    queryClient.invalidateQueries({ queryKey: customersQuery({}).queryKey.slice(0, 1) });
  };
  const undo = useMutation({
    mutationFn: () => undoMerge(merge.id, key),
    onSuccess: () => {
      notify(u.done);
      refresh();
      onClose();
    },
    onError: (error) => {
      const already = error instanceof ApiError && error.code === 'conflict';
      notify(already ? u.already : errorText(t, error), 'danger');
      if (!already) return;
      refresh();
      onClose();
    },
  });
  const { points } = u;
  return (
    <ConfirmDialog
      title={u.title}
      text={
        <>
          {u.text(merge.absorbed, merge.survivor)}
          <span className={css.points}>
            {[points.own, points.joined, points.apart, points.values].map((point) => (
              <span key={point}>{point}</span>
            ))}
          </span>
          <span className="muted">{u.parts(fmt.count(identity.profiles.length))}</span>
        </>
      }
      action={t.identity.merges.undo}
      working={undo.isPending}
      onConfirm={() => undo.mutate()}
      onClose={onClose}
    />
  );
}
