import { NativeSelect, TextInput } from '@mantine/core';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CODE_MAX, codeFault, NAME_MAX, suggestingCode } from '@/app/forms/codes';
import { VersionedDialog } from '@/app/forms/VersionedDialog';
import { purposesQuery } from '@/consent/api';
import { isNotBuilt, segmentQuery, segmentsQuery } from '@/segments/api';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { communitiesQuery, communityQuery, createCommunity, previewQuery } from './api';
import { isSize, SIZE_USUAL, sizesOf } from './sizes';
import type { Community } from './types';

type NewForm = Record<'name' | 'code' | 'segment' | 'size' | 'purpose', string>;

/** Invites a segment into groups: who is in it now, and how many groups that takes, is told before. */
export function NewCommunityDialog({ segment, onClose }: { segment: string; onClose: () => void }) {
  const t = useT();
  const f = t.communities.newForm;
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const segments = useInfiniteQuery(segmentsQuery('', false));
  // A stage of a layer is not in the list.
  const named = useQuery({ ...segmentQuery(segment), enabled: segment !== '' });
  const purposes = useQuery(purposesQuery);
  const listed = (segments.data?.pages ?? []).flatMap(({ items }) => items);
  const offered = named.data && !listed.some(({ code }) => code === segment) ? [named.data, ...listed] : listed;
  const faultsOf = (form: NewForm) => ({
    ...(form.name.trim() === '' ? { name: t.access.required } : {}),
    ...codeFault(t, form.code, f.codeHint),
    ...(form.segment === '' ? { segment: t.access.required } : {}),
    ...(isSize(form.size) ? {} : { size: f.sizeRange }),
  });
  return (
    <VersionedDialog<Community, NewForm>
      title={t.communities.create}
      action={f.action}
      done={f.created}
      thing={null}
      empty={{ name: '', code: '', segment, size: SIZE_USUAL, purpose: '' }}
      formOf={({ name, code, segment, size_max, purpose }) => ({
        name,
        code,
        segment,
        size: String(size_max),
        purpose: purpose ?? '',
      })}
      draft={`community-of.${segment}`}
      labelOf={(field) => f[field]}
      faultsOf={faultsOf}
      taken={{ code: f.taken }}
      create={({ name, code, segment, size, purpose }, key) =>
        createCommunity({ name, code, segment, size_max: Number(size), purpose: purpose === '' ? null : purpose }, key)
      }
      onSaved={(saved) => {
        queryClient.invalidateQueries({ queryKey: communitiesQuery.queryKey });
        queryClient.setQueryData(communityQuery(saved.code).queryKey, saved);
        navigate({ to: '/communities/$code', params: { code: saved.code }, ignoreBlocker: true });
      }}
      onClose={onClose}
    >
      {(form) => (
        <>
          <NativeSelect
            label={f.segment}
            description={f.segmentHint}
            translate="no"
            {...form.field('segment')}
            data={[
              { value: '', label: f.chooseSegment },
              ...offered.map(({ code, name }) => ({ value: code, label: name })),
            ]}
          />
          <TextInput label={f.name} maxLength={NAME_MAX} data-autofocus {...suggestingCode(form, 'name', 'code')} />
          <TextInput label={f.code} description={f.codeHint} maxLength={CODE_MAX} {...form.field('code')} />
          <TextInput
            label={f.size}
            description={f.sizeHint}
            inputMode="numeric"
            maxLength={3}
            {...form.field('size')}
          />
          <NativeSelect
            label={f.purpose}
            description={f.purposeHint}
            {...form.field('purpose')}
            data={[
              { value: '', label: f.noPurpose },
              ...(purposes.data?.items ?? []).map(({ code, name }) => ({ value: code, label: name })),
            ]}
          />
          {form.values.segment !== '' && isSize(form.values.size) && (
            <Preview segment={form.values.segment} size={Number(form.values.size)} purpose={form.values.purpose} />
          )}
          <p className="muted">{t.communities.nothingSent}</p>
        </>
      )}
    </VersionedDialog>
  );
}

function Preview({ segment, size, purpose }: { segment: string; size: number; purpose: string }) {
  const t = useT();
  const p = t.communities.preview;
  const fmt = useFmt();
  const query = useQuery(previewQuery(segment, size, purpose));
  if (isNotBuilt(query.error) && !query.data) return <p role="status">{p.notBuilt}</p>;
  return (
    <div data-testid="preview" aria-live="polite">
      <QueryView query={query} quiet loading={<LoadingBlock lines={2} height={20} />}>
        {({ members, groups, without_consent }) => (
          <>
            <p>
              {members === 0
                ? p.nobody
                : p.members(fmt.count(members), fmt.count(groups.length), sizesOf(groups, fmt.count))}
            </p>
            {without_consent > 0 && <p className="muted">{p.withoutConsent(fmt.count(without_consent))}</p>}
          </>
        )}
      </QueryView>
    </div>
  );
}
