import { Button, Checkbox, Modal, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useCan, useMe } from '@/access/me';
import { ApiError } from '@/shared/api/client';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { fieldErrors } from '@/shared/ui/errorText';
import { useFocusBack } from '@/shared/ui/hooks';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { notify } from '@/shared/ui/notify';
import { errorText, LoadingBlock } from '@/shared/ui/StateView';
import { interviewsQuery, recordInterview, removeInterview } from './api';
import css from './clusters.module.css';
import { nameOf } from './figures';
import type { Cluster, Clustering, Interview, NewInterview } from './types';

interface Props {
  clustering: Clustering;
  cluster: Cluster;
  onClose: () => void;
}

/** What was heard of a cluster: hypotheses with how far they are verified, quotes, and a form for the next one. */
export function InterviewsDialog({ clustering, cluster, onClose }: Props) {
  const t = useT();
  const { research: r, ...c } = t.clusters;
  const fmt = useFmt();
  const can = useCan();
  useFocusBack();
  const query = useInfiniteQuery(interviewsQuery(cluster.id));
  const items = query.data?.pages.flatMap((page) => page.items);
  const mayWrite = can('segments.manage');
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={c.interviewsOf(nameOf(cluster, c.unnamed))}
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <div className={css.form}>
        {cluster.hypotheses.length > 0 && (
          <ul className={css.quotes} aria-label={r.hypotheses}>
            {cluster.hypotheses.map(({ hypothesis, interviews, supported, verified_percent }) => (
              <li key={hypothesis}>
                <span translate="no">{hypothesis}</span>{' '}
                <Chip tone="info">{c.verified(fmt.percent((verified_percent ?? 0) / 100, 0))}</Chip>{' '}
                <span className={css.hint}>{r.counts(fmt.count(supported), fmt.count(interviews))}</span>
              </li>
            ))}
          </ul>
        )}
        {mayWrite && <Form clustering={clustering} cluster={cluster} />}
        {query.isPending && <LoadingBlock lines={3} height={40} />}
        <PagedError query={query} />
        {items?.length === 0 && <p className={css.hint}>{r.none}</p>}
        <ul className={css.quotes} data-testid="quotes">
          {items?.map((one) => (
            <Quote key={one.id} one={one} clusterId={cluster.id} mayRemove={mayWrite} />
          ))}
        </ul>
        <LoadMore query={query} />
      </div>
    </Modal>
  );
}

function useRenew() {
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: ['clusters'] });
}

function Quote({ one, mayRemove }: { one: Interview; clusterId: string; mayRemove: boolean }) {
  const t = useT();
  const r = t.clusters.research;
  const renew = useRenew();
  const remove = useMutation({
    mutationFn: () => removeInterview(one.id),
    onSuccess: renew,
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  return (
    <li>
      {one.quote !== '' && (
        <blockquote className={css.quote} translate="no">
          {one.quote}
        </blockquote>
      )}
      <p className={css.hint}>
        <Chip tone={one.supported ? 'success' : 'neutral'}>{one.supported ? r.supports : r.not}</Chip>{' '}
        <span translate="no">{one.hypothesis}</span> · {r.kinds[one.kind]} ·{' '}
        <span translate="no">{one.interviewer}</span> · {one.held_on}
        {one.customer_id && (
          <>
            {' · '}
            <Link to="/customers/$id" params={{ id: one.customer_id }}>
              {one.customer_id}
            </Link>
          </>
        )}
        {mayRemove && (
          <>
            {' '}
            <Button variant="subtle" size="compact-xs" onClick={() => remove.mutate()} loading={remove.isPending}>
              {r.remove}
            </Button>
          </>
        )}
      </p>
    </li>
  );
}

function Form({ cluster }: { clustering: Clustering; cluster: Cluster }) {
  const t = useT();
  const r = t.clusters.research;
  const fmt = useFmt();
  const me = useMe();
  const keyOf = useKeyOfAttempt();
  const renew = useRenew();
  const [errors, setErrors] = useState<Record<string, string>>({});
  const empty: NewInterview = {
    kind: 'interview',
    hypothesis: cluster.hypotheses[0]?.hypothesis ?? '',
    supported: true,
    quote: '',
    interviewer: me.name,
    held_on: fmt.day(new Date().toISOString()),
    customer_id: null,
  };
  const [form, setForm] = useState(empty);
  const [attempt, setAttempt] = useState(0);
  const set = (next: Partial<NewInterview>) => setForm((now) => ({ ...now, ...next }));
  const save = useMutation({
    mutationFn: () => recordInterview(cluster.id, form, keyOf([form, attempt])),
    onSuccess: () => {
      renew();
      notify(r.saved);
      setErrors({});
      setAttempt((now) => now + 1);
      set({ quote: '', customer_id: null });
    },
    onError: (error) => {
      if (error instanceof ApiError) setErrors(fieldErrors(t, error));
      notify(errorText(t, error), 'danger');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} className={css.form} noValidate>
      <TextInput
        label={r.hypothesis}
        value={form.hypothesis}
        maxLength={300}
        error={errors.hypothesis}
        onChange={(event) => set({ hypothesis: event.currentTarget.value })}
      />
      <Textarea
        label={r.quote}
        value={form.quote}
        maxLength={2000}
        autosize
        minRows={2}
        error={errors.quote}
        onChange={(event) => set({ quote: event.currentTarget.value })}
      />
      <Checkbox
        label={r.supported}
        checked={form.supported}
        onChange={(event) => set({ supported: event.currentTarget.checked })}
      />
      <div className={css.row}>
        <NativeSelect
          label={r.kind}
          value={form.kind}
          onChange={(event) => set({ kind: event.currentTarget.value as NewInterview['kind'] })}
          data={(['interview', 'panel'] as const).map((value) => ({ value, label: r.kinds[value] }))}
        />
        <TextInput
          label={r.interviewer}
          value={form.interviewer}
          maxLength={60}
          error={errors.interviewer}
          onChange={(event) => set({ interviewer: event.currentTarget.value })}
        />
        <TextInput
          label={r.heldOn}
          type="date"
          value={form.held_on}
          error={errors.held_on}
          onChange={(event) => set({ held_on: event.currentTarget.value })}
        />
        <TextInput
          label={r.customer}
          value={form.customer_id ?? ''}
          error={errors.customer_id}
          onChange={(event) => set({ customer_id: event.currentTarget.value.trim() || null })}
          className="mono"
        />
      </div>
      <div>
        <Button type="submit" loading={save.isPending}>
          {r.save}
        </Button>
      </div>
    </form>
  );
}
