import { NativeSelect, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { CODE_MAX, NAME_MAX, suggestingCode } from '@/app/forms/codes';
import { VersionedDialog } from '@/app/forms/VersionedDialog';
import { fieldsQuery } from '@/fields/registry/api';
import { useT } from '@/shared/i18n';
import { useNameOf } from '@/shared/i18n/useNameOf';
import type { Fields } from '@/shared/ui/useFields';
import { cardsQuery, putCard } from './api';
import { CardPreview } from './CardPreview';
import { type CardForm, EMPTY, faultsOf, formOf, PRODUCT_MAX, questionsOf, settingsOf } from './cardForm';
import { QuestionsField } from './QuestionsField';
import type { UsageCard } from './types';
import css from './usageCards.module.css';

export { VersionsDialog } from './VersionsDialog';

interface Props {
  /** Null: a new one is registered. */
  card: UsageCard | null;
  onClose: () => void;
}

export function CardDialog({ card, onClose }: Props) {
  const t = useT();
  const c = t.usageCards;
  const queryClient = useQueryClient();
  const isNew = card === null;
  const say = (field: keyof CardForm, value: string) =>
    field === 'questions'
      ? questionsOf({ questions: value })
          .map((one) => one.text_zh || one.text_en || one.field)
          .join(' · ')
      : value;
  return (
    <VersionedDialog<UsageCard, CardForm>
      size="lg"
      title={isNew ? c.create : c.change.title}
      action={isNew ? c.create : c.change.save}
      done={isNew ? c.created : c.change.done}
      thing={card}
      empty={EMPTY}
      formOf={formOf}
      draft={isNew ? 'usage-card' : `usage-card.${card.code}`}
      labelOf={(field) => c.form[field]}
      say={say}
      faultsOf={(form) => faultsOf(t, form)}
      taken={{ code: c.form.taken }}
      create={(form) => putCard(form.code, null, settingsOf(form, false))}
      update={({ code, version, is_archived }, form) => putCard(code, version, settingsOf(form, is_archived))}
      latest={async ({ code }) => {
        const { items } = await queryClient.fetchQuery({ ...cardsQuery, staleTime: 0 });
        return items.find((one) => one.code === code);
      }}
      onSaved={() => queryClient.invalidateQueries({ queryKey: cardsQuery.queryKey })}
      onClose={onClose}
    >
      {(form) => <Inputs form={form} isNew={isNew} />}
    </VersionedDialog>
  );
}

function Inputs({ form, isNew }: { form: Fields<CardForm>; isNew: boolean }) {
  const f = useT().usageCards.form;
  const nameOf = useNameOf();
  const fields = useQuery(fieldsQuery).data?.items.map(({ field }) => field) ?? [];
  const questions = questionsOf(form.values);
  const ratings = fields.filter(
    ({ name, type }) => type === 'integer' && questions.some(({ field }) => field === name),
  );
  const rating = form.values.rating_field;
  // One that is not asked any more stays to be seen, with what is wrong about it.
  const lost = rating !== '' && !ratings.some(({ name }) => name === rating) ? [{ value: rating, label: rating }] : [];
  return (
    <>
      <div className={css.two}>
        <TextInput
          label={f.name}
          maxLength={NAME_MAX}
          data-autofocus
          {...(isNew ? suggestingCode(form, 'name', 'code') : form.field('name'))}
        />
        <TextInput
          label={f.code}
          description={isNew ? f.codeHint : f.codeStays}
          maxLength={CODE_MAX}
          disabled={!isNew}
          {...form.field('code')}
        />
        <TextInput
          label={f.days_after}
          description={f.daysAfterHint}
          inputMode="numeric"
          {...form.field('days_after')}
        />
        <TextInput label={f.open_days} description={f.openDaysHint} inputMode="numeric" {...form.field('open_days')} />
      </div>
      <TextInput label={f.product} description={f.productHint} maxLength={PRODUCT_MAX} {...form.field('product')} />
      <QuestionsField form={form} fields={fields} />
      <div className={css.two}>
        <NativeSelect
          label={f.rating_field}
          description={f.ratingHint}
          data={[
            { value: '', label: f.noRating },
            ...ratings.map((field) => ({ value: field.name, label: nameOf(field) })),
            ...lost,
          ]}
          {...form.field('rating_field')}
        />
        <TextInput
          label={f.low_rating}
          description={f.lowRatingHint}
          inputMode="numeric"
          disabled={rating === ''}
          {...form.field('low_rating')}
        />
      </div>
      <CardPreview questions={questions} fields={fields} />
    </>
  );
}
