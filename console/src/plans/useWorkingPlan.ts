import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useFoundDraft, useKeptDraft } from '@/app/drafts/useDraft';
import { ApiError, type FieldError } from '@/shared/api/client';
import type { Instant } from '@/shared/api/types';
import { planQuery, updatePlan } from './api';
import { changedEvents, type DocumentChange, sameDocument } from './document';
import type { Mode, Plan, PlanDocument } from './types';

/** What was changed, and what it was changed from, so that saving notices what others did meanwhile. */
interface Edited {
  base: Plan;
  document: PlanDocument;
}

export interface TheirChanges {
  theirs: Plan;
  changes: DocumentChange[];
  /** They have frozen a version. */
  frozen: boolean;
}

/** The draft as it is on the screen: that of the server until somebody changes it here. */
export interface WorkingPlan {
  document: PlanDocument | null;
  /** There is something that is not saved. */
  changed: boolean;
  restoredAt: Instant | null;
  edit: (document: PlanDocument) => void;
  /** Back to what the server has. */
  revert: () => void;
  /** The plan as the server has it then; null where it was not taken, and why is said by `refused` or `conflict`. */
  save: () => Promise<Plan | null>;
  saving: boolean;
  error: unknown;
  /** What the server refuses, by where it stands in `document`. */
  refused: FieldError[];
  conflict: TheirChanges | null;
  /** My changes on top of what somebody else has made of it. */
  keepMine: () => void;
}

/** Whatever changes a plan: what is shown of it is that, and what was computed from it is asked for again. */
export function useShowPlan(): (plan: Plan) => void {
  const queryClient = useQueryClient();
  return (plan) => {
    const { queryKey } = planQuery(plan.source_id);
    queryClient.setQueryData(queryKey, plan);
    queryClient.invalidateQueries({ queryKey, predicate: (query) => query.queryKey.length > queryKey.length });
  };
}

export function useWorkingPlan(plan: Plan): WorkingPlan {
  const queryClient = useQueryClient();
  const show = useShowPlan();
  const name = `plan.${plan.source_id}`;
  const found = useFoundDraft<Edited>(name);
  const [edited, setEdited] = useState<Edited | null>(found?.value ?? null);
  const [conflict, setConflict] = useState<TheirChanges | null>(null);
  const [refused, setRefused] = useState<FieldError[]>([]);
  const changed = edited !== null && !sameDocument(edited.document, edited.base.draft);
  const { restoredAt, drop } = useKeptDraft(name, changed ? edited : null, found);

  const forget = () => {
    setEdited(null);
    setConflict(null);
    setRefused([]);
  };
  const mutation = useMutation({
    mutationFn: async (): Promise<Plan | null> => {
      if (!edited) return plan;
      // Where only the mode has changed since, there is nothing to decide.
      const base = sameDocument(plan.draft, edited.base.draft) ? plan : edited.base;
      try {
        return await updatePlan(plan.source_id, base.version, plan.mode as Mode, edited.document);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.status === 412) {
          const theirs = await queryClient.fetchQuery({ ...planQuery(plan.source_id), staleTime: 0 });
          const frozen = theirs.frozen?.number !== base.frozen?.number;
          setConflict({ theirs, changes: changedEvents(base.draft, theirs.draft), frozen });
          return null;
        }
        setRefused(error.errors);
        throw error;
      }
    },
    onSuccess: (saved) => {
      if (!saved) return;
      drop();
      forget();
      show(saved);
    },
  });
  return {
    document: edited?.document ?? plan.draft,
    changed,
    restoredAt,
    edit: (document) => {
      setRefused([]);
      setEdited((before) => ({ base: before?.base ?? plan, document }));
    },
    revert: () => {
      drop();
      forget();
      mutation.reset();
    },
    save: () => mutation.mutateAsync().catch(() => null),
    saving: mutation.isPending,
    error: mutation.error,
    refused,
    conflict,
    keepMine: () => {
      if (!conflict) return;
      setEdited((before) => before && { ...before, base: conflict.theirs });
      setConflict(null);
    },
  };
}
