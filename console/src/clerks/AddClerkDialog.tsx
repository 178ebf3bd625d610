import { Button, Modal, Radio, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useCan } from '@/access/me';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { createUser, usersQuery } from '@/settings/api';
import { ApiError } from '@/shared/api/client';
import type { User } from '@/shared/api/types';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { fieldErrors } from '@/shared/ui/errorText';
import { useFocusBack } from '@/shared/ui/hooks';
import { notify } from '@/shared/ui/notify';
import { SearchSelect } from '@/shared/ui/SearchSelect';
import { SecretDialog } from '@/shared/ui/SecretDialog';
import { errorText } from '@/shared/ui/StateView';
import type { Tree } from '@/stores/tree';
import { clerksQuery, createClerk } from './api';
import { beginOf } from './assignments';
import { type Begin, BeginFields } from './BeginFields';
import css from './clerks.module.css';
import { StoreSelect } from './StoreSelect';
import type { Clerk } from './types';

type Who = 'existing' | 'new';

interface Props {
  clerks: Clerk[];
  tree: Tree;
  onClose: () => void;
}

/** Makes a user a clerk, also one that is invited on the way. */
export function AddClerkDialog(props: Props) {
  const t = useT();
  const a = t.clerks.add;
  const can = useCan();
  useFocusBack();
  if (can('access.manage')) return <AddForm {...props} />;
  return (
    <Modal opened onClose={props.onClose} title={a.action} closeButtonProps={{ 'aria-label': t.common.close }}>
      <p data-testid="needs-users">{a.needsUsers(t.common.rights['access.manage'])}</p>
    </Modal>
  );
}

/** Once the form is gone, nothing asks any more whether it may be left. */
function ToPage({ go }: { go: () => void }) {
  const first = useRef(go);
  useEffect(() => first.current(), []);
  return null;
}

function AddForm({ clerks, tree, onClose }: Props) {
  const t = useT();
  const fmt = useFmt();
  const a = t.clerks.add;
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const keyOf = useKeyOfAttempt();
  const users = useQuery(usersQuery).data?.items;
  const free = users?.filter(
    (user) => user.role === 'clerk' && user.status === 'active' && !clerks.some(({ user_id }) => user_id === user.id),
  );
  const [chosenWho, setWho] = useState<Who | null>(null);
  const who = chosenWho ?? (free && free.length > 0 ? 'existing' : 'new');
  const [userId, setUserId] = useState<string | null>(null);
  const [person, setPerson] = useState({ name: '', email: '' });
  const [store, setStore] = useState<string | null>(null);
  const [begin, setBegin] = useState<Begin>({ kind: 'now', day: fmt.day(new Date().toISOString()) });
  const [errors, setErrors] = useState<Record<string, string | undefined>>({});
  /** Invited already: another try makes no second one. */
  const [invited, setInvited] = useState<{ user: User; link: string | null } | null>(null);
  const [made, setMade] = useState<Clerk | null>(null);
  const invite = async (): Promise<string> => {
    if (invited) return invited.user.id;
    const { user, sign_in_link } = await createUser({
      name: person.name.trim(),
      email: person.email.trim(),
      role: 'clerk',
    });
    queryClient.invalidateQueries({ queryKey: usersQuery.queryKey });
    setInvited({ user, link: sign_in_link });
    return user.id;
  };
  const save = useMutation({
    mutationFn: async (from: string | null) => {
      const user_id = who === 'new' ? await invite() : (userId ?? '');
      const clerk = { user_id, store, from: store === null ? null : from };
      return createClerk(clerk, keyOf(clerk));
    },
    onSuccess: (clerk) => {
      queryClient.invalidateQueries({ queryKey: clerksQuery.queryKey });
      notify(a.added(clerk.name));
      setMade(clerk);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'conflict' && error.errors.length === 0)
        return setErrors({ user_id: a.isClerk });
      if (error instanceof ApiError) setErrors(fieldErrors(t, error));
      notify(errorText(t, error), 'danger');
    },
  });
  const toPage = (clerk: Clerk) => {
    onClose();
    navigate({ to: '/clerks/$id', params: { id: clerk.id } });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found: Record<string, string> = {};
    if (who === 'existing' && userId === null) found.user_id = t.access.required;
    if (who === 'new' && person.name.trim() === '') found.name = t.access.required;
    if (who === 'new' && !person.email.includes('@')) found.email = t.access.required;
    const at =
      store === null || begin.kind === 'now'
        ? { at: null }
        : beginOf(begin.day, fmt.timeZone, { assignments: [] }, new Date().toISOString());
    if ('fault' in at) found.from = at.fault === 'future' ? t.clerks.move.future : t.access.required;
    setErrors(found);
    if (Object.keys(found).length === 0 && 'at' in at) save.mutate(at.at);
  };
  const change = (apply: () => void) => {
    apply();
    setErrors({});
  };
  if (made && invited?.link)
    return (
      <SecretDialog
        title={t.team.linkTitle}
        text={t.team.linkText(invited.user.name)}
        label={t.team.link}
        value={new URL(invited.link, window.location.origin).href}
        onClose={() => toPage(made)}
      />
    );
  if (made) return <ToPage go={() => toPage(made)} />;
  const begun = userId !== null || person.name !== '' || person.email !== '' || store !== null;
  return (
    // Name and address of a person are kept nowhere: so a stray click does not close what has been begun.
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={!begun}
      title={a.action}
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <LeaveGuard when={begun} />
      <form onSubmit={submit} className={css.stack} noValidate>
        <Radio.Group label={a.who} value={who} onChange={(next) => change(() => setWho(next as Who))}>
          <div className={css.choices}>
            <Radio value="existing" label={a.existing} disabled={!free || free.length === 0} />
            <Radio value="new" label={a.new} />
          </div>
        </Radio.Group>
        {free?.length === 0 && (
          <p className={css.hint}>
            {a.noneFree}{' '}
            <Link to="/settings/$section" params={{ section: 'team' }}>
              {t.settings.sections.team}
            </Link>
          </p>
        )}
        {who === 'existing' ? (
          <SearchSelect
            label={a.user}
            data={free?.map(({ id, name, email }) => ({ value: id, label: `${name} · ${email}` })) ?? []}
            nothingFoundMessage={a.noUser}
            value={userId}
            error={errors.user_id}
            onChange={(next) => change(() => setUserId(next))}
          />
        ) : (
          <>
            <TextInput
              label={t.team.name}
              autoComplete="off"
              readOnly={invited !== null}
              value={person.name}
              error={errors.name ?? errors.user_id}
              onChange={(event) => {
                const { value } = event.currentTarget;
                change(() => setPerson((before) => ({ ...before, name: value })));
              }}
            />
            <TextInput
              type="email"
              label={t.team.email}
              autoComplete="off"
              readOnly={invited !== null}
              value={person.email}
              error={errors.email}
              onChange={(event) => {
                const { value } = event.currentTarget;
                change(() => setPerson((before) => ({ ...before, email: value })));
              }}
            />
          </>
        )}
        <StoreSelect
          label={t.clerks.fields.store}
          tree={tree}
          words={t.clerks.fields}
          value={store}
          none={a.noStoreYet}
          error={errors.store}
          onChange={(next) => change(() => setStore(next))}
        />
        {store !== null && (
          <BeginFields
            label={t.clerks.move.since}
            value={begin}
            error={errors.from}
            onChange={(next) => change(() => setBegin(next))}
          />
        )}
        <p className={css.hint}>{a.hint}</p>
        <Button type="submit" loading={save.isPending}>
          {a.action}
        </Button>
      </form>
    </Modal>
  );
}
