import { NativeSelect, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { VersionedDialog } from '@/app/forms/VersionedDialog';
import { STAGES } from '@/journey/types';
import { lookup, useT } from '@/shared/i18n';
import { putStages, type StageRule, type StageTable, stagesQuery } from './api';
import { hasNames, isSame, KINDS, withRule } from './rules';

type RuleForm = Record<'kind' | 'name' | 'stage', string>;

/** As the server has it, in bytes; an event's name is seldom Chinese. */
const NAME_MAX = 500;
const EMPTY: RuleForm = { kind: 'event', name: '', stage: 'interact' };

interface Props {
  table: StageTable;
  /** Null: a new one is made. */
  rule: StageRule | null;
  onClose: () => void;
}

/** A rule of the brand's own: facts of a kind, or those of it with a name, are of a stage. It holds at once. */
export function RuleDialog({ table, rule, onClose }: Props) {
  const t = useT();
  const s = t.stages;
  const f = s.form;
  const queryClient = useQueryClient();
  const isNew = rule === null;
  const latest = () => queryClient.fetchQuery({ ...stagesQuery, staleTime: 0 });
  const ruleOf = (form: RuleForm) => ({ ...form, name: hasNames(form.kind) ? form.name : '' });
  const say = (field: keyof RuleForm, value: string) => {
    if (field === 'name') return value;
    return lookup(field === 'kind' ? t.common.kinds : t.journey.stages, value);
  };
  return (
    <VersionedDialog<StageTable, RuleForm>
      title={isNew ? s.create : s.change.title}
      action={isNew ? s.create : s.change.save}
      done={s.saved}
      thing={isNew ? null : table}
      empty={EMPTY}
      formOf={({ rules }) => {
        const { kind, name, stage } = rules.find((one) => rule && isSame(one, rule)) ?? rule ?? EMPTY;
        return { kind, name, stage };
      }}
      draft={isNew ? 'stage-rule' : `stage-rule.${rule.kind}.${rule.name}`}
      labelOf={(field) => f[field]}
      say={say}
      faultsOf={(form) => {
        const taken = isNew && table.rules.some((one) => one.is_own && isSame(one, ruleOf(form)));
        return taken ? { name: f.taken } : {};
      }}
      create={async (form) => {
        const now = await latest();
        return putStages(now.version, withRule(now, ruleOf(form)));
      }}
      update={(base, form) => putStages(base.version, withRule(base, ruleOf(form)))}
      latest={latest}
      onSaved={(saved) => {
        queryClient.setQueryData(stagesQuery.queryKey, saved);
        queryClient.invalidateQueries({ queryKey: ['customer'] });
      }}
      onClose={onClose}
    >
      {(form) => (
        <>
          <p>{f.text}</p>
          <NativeSelect
            label={f.kind}
            disabled={!isNew}
            data={KINDS.map((value) => ({ value, label: t.common.kinds[value] }))}
            {...form.field('kind')}
          />
          {hasNames(form.values.kind) && (
            <TextInput
              label={f.name}
              description={f.nameHint}
              maxLength={NAME_MAX}
              disabled={!isNew}
              spellCheck={false}
              {...form.field('name')}
            />
          )}
          <NativeSelect
            label={f.stage}
            data={STAGES.map((value) => ({ value, label: t.journey.stages[value] }))}
            {...form.field('stage')}
          />
        </>
      )}
    </VersionedDialog>
  );
}
