import { Button, Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { rolesQuery } from '@/settings/api';
import { ApiError } from '@/shared/api/client';
import type { User } from '@/shared/api/types';
import { lookup, useT } from '@/shared/i18n';
import { fieldErrors } from '@/shared/ui/errorText';
import { useFocusBack } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { notify } from '@/shared/ui/notify';
import { SearchSelect } from '@/shared/ui/SearchSelect';
import { errorText } from '@/shared/ui/StateView';
import { bindUser, placesQuery } from '@/stores/api';
import { pathText, type Tree, withBelow } from '@/stores/tree';
import { closedRights, type Seen } from './scope';
import css from './scope.module.css';

const EVERYONE = 'everyone';
/** What the role says, where that is the store of a clerk. */
const OWN_STORE = 'own_store';
/** A list of thousands is for typing, not for scrolling. */
const OFFERED = 60;

interface Props {
  user: User;
  /** Whom the user sees now. */
  seen: Seen;
  isClerk: boolean;
  tree: Tree;
  onClose: () => void;
}

/** Which part of the customers somebody sees, and what that closes. */
export function ScopeDialog({ user, seen, isClerk, tree, onClose }: Props) {
  const t = useT();
  const s = t.scope;
  useFocusBack();
  const queryClient = useQueryClient();
  const roles = useQuery(rolesQuery).data;
  const before = seen.what === 'bound' ? seen.place : seen.what === 'everyone' ? EVERYONE : OWN_STORE;
  const [choice, setChoice] = useState(before);
  const place = choice === EVERYONE || choice === OWN_STORE ? null : choice;
  const [error, setError] = useState<string>();
  const save = useMutation({
    mutationFn: () => bindUser(user.id, place, isClerk && choice === EVERYONE),
    onSuccess: () => {
      queryClient.invalidateQueries({ queryKey: placesQuery.queryKey });
      notify(s.saved);
      onClose();
    },
    onError: (failure) => {
      if (failure instanceof ApiError) setError(fieldErrors(t, failure).place);
      notify(errorText(t, failure), 'danger');
    },
  });
  const choices = tree.roots.flatMap(withBelow).map((node) => ({ value: node.place.id, label: pathText(node) }));
  const closed = place === null || !roles ? [] : closedRights(roles, user.role);
  return (
    <Modal opened onClose={onClose} title={s.title(user.name)} closeButtonProps={{ 'aria-label': t.common.close }}>
      <div className={css.stack}>
        <SearchSelect
          label={s.place}
          description={s.placeHint}
          data={[
            ...(isClerk ? [{ value: OWN_STORE, label: s.ownStore }] : []),
            { value: EVERYONE, label: s.everyone },
            ...choices,
          ]}
          limit={OFFERED}
          nothingFoundMessage={s.noPlace}
          value={choice}
          error={error}
          onChange={(next) => {
            setChoice(next ?? before);
            setError(undefined);
          }}
        />
        {choices.length === 0 && (
          <p className={css.hint}>
            {s.noPlaces} <Link to="/stores">{s.toStores}</Link>
          </p>
        )}
        {isClerk && choice !== OWN_STORE && <Notice tone="warning">{s.beatsClerk}</Notice>}
        {place !== null && roles && closed.length === 0 && <Notice tone="info">{s.nothingClosed}</Notice>}
        {closed.length > 0 && (
          <Notice tone="warning" title={s.closedTitle}>
            <p>{s.closedText}</p>
            <ul className={css.points} data-testid="closed-rights">
              {closed.map((right) => (
                <li key={right}>{lookup(t.common.rights, right)}</li>
              ))}
            </ul>
          </Notice>
        )}
        <div className={css.foot}>
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button onClick={() => save.mutate()} loading={save.isPending} disabled={choice === before}>
            {s.save}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
