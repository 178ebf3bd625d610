import { NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { NAME_MAX } from '@/app/forms/codes';
import { VersionedDialog } from '@/app/forms/VersionedDialog';
import { isNotBuilt } from '@/segments/api';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { errorDetail } from '@/shared/ui/errorText';
import { useFocusBack } from '@/shared/ui/hooks';
import { notify } from '@/shared/ui/notify';
import { errorText, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { communityQuery, topUp, topUpQuery, updateCommunity, updateGroup } from './api';
import { sizesOf } from './sizes';
import type { Community, CommunityGroup } from './types';

const CODE_MAX = 64;
const LINK_MAX = 2000;

interface Props {
  community: Community;
  onClose: () => void;
}

export function RenameDialog({ community, onClose }: Props) {
  const t = useT();
  const c = t.communities;
  const queryClient = useQueryClient();
  return (
    <VersionedDialog<Community, { name: string }>
      title={c.rename}
      action={c.save}
      thing={community}
      empty={{ name: '' }}
      formOf={({ name }) => ({ name })}
      draft={`community.${community.code}`}
      labelOf={() => c.newForm.name}
      faultsOf={({ name }): { name?: string } => (name.trim() === '' ? { name: t.access.required } : {})}
      update={(base, { name }) => updateCommunity(base, { name, archived: base.archived_at !== null })}
      latest={({ code }) => queryClient.fetchQuery({ ...communityQuery(code), staleTime: 0 })}
      done={c.saved}
      onSaved={(saved) => {
        queryClient.setQueryData(communityQuery(saved.code).queryKey, saved);
        queryClient.invalidateQueries({ queryKey: ['communities', 'list'] });
      }}
      onClose={onClose}
    >
      {(form) => <TextInput label={c.newForm.name} maxLength={NAME_MAX} data-autofocus {...form.field('name')} />}
    </VersionedDialog>
  );
}

type GroupForm = Record<'code' | 'link' | 'owner', string>;

/** By what facts name a group, how people come in, and who looks after it. */
export function GroupDialog({ community, group, onClose }: Props & { group: CommunityGroup }) {
  const t = useT();
  const c = t.communities;
  const f = c.groupForm;
  const fmt = useFmt();
  const queryClient = useQueryClient();
  const find = (of: Community | undefined) => of?.groups.find(({ number }) => number === group.number);
  // Whoever was chosen before stays offered, also where they cannot be chosen any more.
  const { owner } = group;
  const isOffered = owner === null || community.candidates.some(({ user_id }) => user_id === owner.user_id);
  const candidates = isOffered || owner === null ? community.candidates : [owner, ...community.candidates];
  return (
    <VersionedDialog<CommunityGroup, GroupForm>
      title={c.changeOf(c.group(fmt.count(group.number)))}
      action={c.save}
      thing={group}
      empty={{ code: '', link: '', owner: '' }}
      formOf={({ code, link, owner }) => ({ code, link: link ?? '', owner: owner?.user_id ?? '' })}
      draft={`community.${community.code}.${group.number}`}
      labelOf={(field) => f[field]}
      say={(field, value) =>
        field === 'owner' ? (candidates.find(({ user_id }) => user_id === value)?.name ?? value) : value
      }
      faultsOf={({ code, link }) => ({
        ...(/^\S{1,64}$/.test(code.trim()) ? {} : { code: f.codeRange }),
        ...(link.trim() === '' || /^https?:\/\/\S+$/.test(link.trim()) ? {} : { link: f.linkRange }),
      })}
      taken={{ code: f.taken }}
      update={async (base, { code, link, owner }) => {
        const change = { code, link: link === '' ? null : link, owner: owner === '' ? null : owner };
        const saved = await updateGroup(community.code, base, change);
        queryClient.setQueryData(communityQuery(community.code).queryKey, saved);
        return find(saved) ?? base;
      }}
      latest={async () => find(await queryClient.fetchQuery({ ...communityQuery(community.code), staleTime: 0 }))}
      done={c.saved}
      onSaved={() => queryClient.invalidateQueries({ queryKey: ['communities', 'invited'] })}
      onClose={onClose}
    >
      {(form) => (
        <>
          <TextInput
            label={f.code}
            description={f.codeHint}
            maxLength={CODE_MAX}
            data-autofocus
            {...form.field('code')}
          />
          <TextInput label={f.link} description={f.linkHint} type="url" maxLength={LINK_MAX} {...form.field('link')} />
          <NativeSelect
            label={f.owner}
            description={f.ownerHint}
            {...form.field('owner')}
            data={[
              { value: '', label: c.nobody },
              ...candidates.map(({ user_id, name }) => ({ value: user_id, label: name })),
            ]}
          />
        </>
      )}
    </VersionedDialog>
  );
}

/** Who came into the segment since, and where they would go, before they are invited. */
export function TopUpDialog({ community, onClose }: Props) {
  const t = useT();
  const c = t.communities;
  const u = c.topUp;
  const fmt = useFmt();
  const keyOf = useKeyOfAttempt();
  const queryClient = useQueryClient();
  const query = useQuery(topUpQuery(community.code));
  useFocusBack();
  const invite = useMutation({
    mutationFn: () => topUp(community.code, keyOf({ code: community.code })),
    onSuccess: (done) => {
      queryClient.setQueryData(communityQuery(community.code).queryKey, done.community);
      queryClient.invalidateQueries({ queryKey: ['communities', 'list'] });
      queryClient.invalidateQueries({ queryKey: ['communities', 'invited'] });
      notify(u.done(fmt.count(done.invited)));
      onClose();
    },
    onError: (error) => notify([errorText(t, error), errorDetail(error)].filter(Boolean).join(' '), 'danger'),
  });
  const isNobody = query.data?.members === 0;
  return (
    <ConfirmDialog
      title={u.open}
      text={u.text}
      action={isNobody ? t.common.close : u.action}
      working={invite.isPending}
      onConfirm={() => (isNobody ? onClose() : invite.mutate())}
      onClose={onClose}
      more={
        <div data-testid="top-up" aria-live="polite">
          {isNotBuilt(query.error) && !query.data ? (
            <p role="status">{c.preview.notBuilt}</p>
          ) : (
            <QueryView query={query} quiet loading={<LoadingBlock lines={2} height={20} />}>
              {({ members, added, new_groups }) =>
                members === 0 ? (
                  <p>{u.nobody}</p>
                ) : (
                  <>
                    <p>{u.members(fmt.count(members))}</p>
                    {added.length > 0 && (
                      <p>{u.added(fmt.list(added.map((one) => u.to(fmt.count(one.group), fmt.count(one.members)))))}</p>
                    )}
                    {new_groups.length > 0 && (
                      <p>{u.newGroups(fmt.count(new_groups.length), sizesOf(new_groups, fmt.count))}</p>
                    )}
                  </>
                )
              }
            </QueryView>
          )}
        </div>
      }
    />
  );
}
