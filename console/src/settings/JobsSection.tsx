import { Button, SegmentedControl } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Job } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Chip, type Tone } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import { ServerText } from '@/shared/ui/ServerText';
import { errorText, LoadingBlock } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { jobsQuery, retryJob } from './api';
import css from './settings.module.css';

const STATES: Job['state'][] = ['waiting', 'running', 'done', 'dead'];
const TONES: Record<Job['state'], Tone> = { waiting: 'neutral', running: 'info', done: 'success', dead: 'danger' };

/** The state is in the address, so that a notice about failed jobs leads to them. */
export function JobsSection() {
  const t = useT();
  const fmt = useFmt();
  const s = t.jobs;
  const search = useSearch({ strict: false }) as { state?: string };
  const navigate = useNavigate();
  const state = STATES.find((one) => one === search.state) ?? null;
  const query = useInfiniteQuery(jobsQuery(state));
  const queryClient = useQueryClient();
  const retry = useMutation({
    mutationFn: (job: Job) => retryJob(job.id),
    onSuccess: () => notify(s.retried),
    onError: (error) => notify(errorText(t, error), 'danger'),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['jobs'] }),
  });
  const choose = (value: string) =>
    navigate({
      to: '/settings/$section',
      params: { section: 'jobs' },
      search: value ? { state: value } : {},
      replace: true,
    });
  const jobs = query.data?.pages.flatMap((page) => page.items);
  const columns: Column<Job>[] = [
    {
      key: 'name',
      header: s.name,
      always: true,
      render: (job) => <span title={job.name}>{lookup(s.names, job.name)}</span>,
    },
    {
      key: 'state',
      header: s.state,
      render: (job) => <Chip tone={TONES[job.state]}>{lookup(s.states, job.state)}</Chip>,
    },
    {
      key: 'attempt',
      header: s.attempt,
      numeric: true,
      render: (job) => `${fmt.count(job.attempt)} / ${fmt.count(job.max_attempts)}`,
    },
    { key: 'run_at', header: s.runAt, numeric: true, render: (job) => <When at={job.run_at} relative /> },
    { key: 'created', header: s.created, numeric: true, render: (job) => <When at={job.created_at} /> },
    {
      key: 'error',
      header: s.error,
      render: (job) => job.last_error && <LastError job={job} text={job.last_error} />,
    },
    {
      key: 'action',
      header: '',
      numeric: true,
      render: (job) =>
        job.state === 'dead' && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`${s.retry}: ${lookup(s.names, job.name)}`}
            onClick={() => retry.mutate(job)}
          >
            {s.retry}
          </Button>
        ),
    },
  ];
  return (
    <Panel
      flush
      title={s.title}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={s.filter}
          value={state ?? ''}
          onChange={choose}
          data={[{ value: '', label: t.common.all }, ...STATES.map((value) => ({ value, label: s.states[value] }))]}
        />
      }
    >
      {query.isPending && <LoadingBlock lines={5} height={40} />}
      <PagedError query={query} />
      {jobs?.length === 0 && <p className={css.none}>{s.empty}</p>}
      {jobs && jobs.length > 0 && <DataTable label={s.title} columns={columns} rows={jobs} rowKey={(job) => job.id} />}
      <LoadMore query={query} />
    </Panel>
  );
}

/** What becomes of the job, and beneath it why it failed: jobs have no code for that. */
function LastError({ job, text }: { job: Job; text: string }) {
  const s = useT().jobs;
  return (
    <div className={`${css.wrap} ${css.lastError}`}>
      {job.state === 'dead' && <p>{s.gaveUp}</p>}
      {job.state === 'waiting' && <p>{s.willRetry}</p>}
      <p className="muted">
        <ServerText text={text} />
      </p>
    </div>
  );
}
