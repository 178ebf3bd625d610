import { Button, Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useCan } from '@/access/me';
import { fieldsQuery } from '@/fields/registry/api';
import { catalogueQuery } from '@/segments/api';
import { ApiError } from '@/shared/api/client';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { lookup, useLocale, useT } from '@/shared/i18n';
import { fieldErrors } from '@/shared/ui/errorText';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { notify } from '@/shared/ui/notify';
import { BackNav, PageHeader, Panel } from '@/shared/ui/Panel';
import { errorText, ForbiddenView } from '@/shared/ui/StateView';
import { createClustering } from './api';
import css from './clusters.module.css';
import type { Asked } from './types';

interface Row {
  key: number;
  of: string;
  logarithmic: boolean;
}

/** Features that every workspace with orders has. */
const BEGIN: Row[] = [
  { key: 1, of: '$recency_days', logarithmic: false },
  { key: 2, of: '$frequency', logarithmic: true },
  { key: 3, of: '$monetary', logarithmic: true },
];
const FEATURES_MAX = 20;
const K_MIN = 2;
const K_MAX = 12;

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, place) => String(from + place));

/** Asks for clusters: of whom, by which features, how. */
export function NewClusteringPage() {
  const c = useT().clusters;
  const can = useCan();
  useDocumentTitle(`${c.create} · ${c.title}`);
  return (
    <>
      <BackNav label={c.title}>
        <Link to="/clusters">← {c.title}</Link>
      </BackNav>
      <PageHeader title={c.create} />
      {can('segments.manage') ? <Form /> : <ForbiddenView right="segments.manage" />}
    </>
  );
}

function useForm() {
  const [form, setForm] = useState({
    name: '',
    population: 'everybody',
    method: 'k_means' as Asked['method'],
    k_min: '3',
    k_max: '8',
    min_people: '50',
    seed: '1',
  });
  const [features, setFeatures] = useState(BEGIN);
  const asked = (): Asked => ({
    name: form.name.trim(),
    population: form.population.trim(),
    features: features.map(({ of, logarithmic }) => ({ of: of.trim(), logarithmic })),
    method: form.method,
    ...(form.method === 'k_means'
      ? { k_min: Number(form.k_min), k_max: Number(form.k_max) }
      : { min_people: Number(form.min_people) || 0 }),
    seed: Number(form.seed) || 0,
  });
  return {
    form,
    set: (next: Partial<typeof form>) => setForm((now) => ({ ...now, ...next })),
    features,
    setFeatures,
    asked,
  };
}

function Form() {
  const t = useT();
  const { form: f, ...c } = t.clusters;
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const keyOf = useKeyOfAttempt();
  const catalogue = useQuery(catalogueQuery);
  const fields = useQuery(fieldsQuery);
  const isZh = useLocale().locale === 'zh-CN';
  const { form, set, features, setFeatures, asked } = useForm();
  const [errors, setErrors] = useState<Record<string, string>>({});
  const save = useMutation({
    mutationFn: () => createClustering(asked(), keyOf(asked())),
    onSuccess: (made) => {
      queryClient.invalidateQueries({ queryKey: ['clusters', 'list'] });
      navigate({ to: '/clusters/$id', params: { id: made.id } });
    },
    onError: (error) => {
      if (error instanceof ApiError) setErrors(fieldErrors(t, error));
      notify(errorText(t, error), 'danger');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setErrors(form.name.trim() === '' ? { name: f.nameMissing } : {});
    if (form.name.trim() !== '') save.mutate();
  };
  const numeric = catalogue.data?.fields.filter(({ type }) => type === 'number' || type === 'money') ?? [];
  const registered = fields.data?.items.map((item) => item.field) ?? [];
  /** What a person calls a field; of a measure its words say it. */
  const nameOfFeature = (of: string) => {
    const known = lookup(f.known, of);
    const field = registered.find(({ name }) => name === of);
    return known !== of ? known : field && (isZh ? field.name_zh : field.name_en);
  };
  const change = (key: number, next: Partial<Row>) =>
    setFeatures((now) => now.map((row) => (row.key === key ? { ...row, ...next } : row)));
  return (
    <form onSubmit={submit} noValidate className={css.form}>
      <Panel title={f.who}>
        <div className={css.fields}>
          <TextInput
            label={f.name}
            value={form.name}
            maxLength={60}
            error={errors.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <Textarea
            label={f.population}
            description={f.populationHint}
            value={form.population}
            autosize
            minRows={2}
            error={errors.population}
            onChange={(event) => set({ population: event.currentTarget.value })}
            className="mono"
          />
        </div>
      </Panel>
      <Panel title={f.features} testId="features">
        <p className={css.hint}>{f.featuresHint}</p>
        {errors.features && (
          <p role="alert" className={css.wrong}>
            {errors.features}
          </p>
        )}
        <datalist id="numeric-fields">
          {numeric.map(({ name }) => (
            <option key={name} value={name} label={nameOfFeature(name) ?? undefined} />
          ))}
        </datalist>
        <ul className={css.features}>
          {features.map(({ key, of, logarithmic }, place) => (
            <li key={key} className={css.feature}>
              <TextInput
                aria-label={f.feature(String(place + 1))}
                value={of}
                list="numeric-fields"
                description={nameOfFeature(of.trim())}
                error={errors[`features.${place}.of`]}
                onChange={(event) => change(key, { of: event.currentTarget.value })}
                className="mono"
              />
              <Checkbox
                label={f.logarithmic}
                aria-label={`${f.logarithmic}: ${of}`}
                checked={logarithmic}
                onChange={(event) => change(key, { logarithmic: event.currentTarget.checked })}
              />
              <Button
                variant="default"
                size="xs"
                aria-label={f.removeOf(of)}
                disabled={features.length <= 2}
                onClick={() => setFeatures((now) => now.filter((row) => row.key !== key))}
              >
                {f.remove}
              </Button>
            </li>
          ))}
        </ul>
        <Button
          variant="default"
          disabled={features.length >= FEATURES_MAX}
          onClick={() =>
            setFeatures((now) => [
              ...now,
              { key: Math.max(...now.map((row) => row.key)) + 1, of: '', logarithmic: false },
            ])
          }
        >
          {f.add}
        </Button>
      </Panel>
      <Panel title={f.how}>
        <div className={css.row}>
          <NativeSelect
            label={c.column.method}
            value={form.method}
            onChange={(event) => set({ method: event.currentTarget.value as Asked['method'] })}
            data={(['k_means', 'density'] as const).map((value) => ({ value, label: c.methods[value] }))}
          />
          {form.method === 'k_means' ? (
            <>
              <NativeSelect
                label={f.kMin}
                value={form.k_min}
                onChange={(event) => set({ k_min: event.currentTarget.value })}
                data={range(K_MIN, K_MAX)}
              />
              <NativeSelect
                label={f.kMax}
                value={form.k_max}
                error={errors.k_max}
                onChange={(event) => set({ k_max: event.currentTarget.value })}
                data={range(K_MIN, K_MAX)}
              />
            </>
          ) : (
            <TextInput
              label={f.minPeople}
              inputMode="numeric"
              value={form.min_people}
              error={errors.min_people}
              onChange={(event) => set({ min_people: event.currentTarget.value })}
            />
          )}
          <TextInput
            label={f.seed}
            inputMode="numeric"
            value={form.seed}
            error={errors.seed}
            onChange={(event) => set({ seed: event.currentTarget.value })}
          />
        </div>
        <p className={css.hint}>{form.method === 'k_means' ? f.kMeansHint : f.densityHint}</p>
      </Panel>
      <div>
        <Button type="submit" loading={save.isPending}>
          {f.start}
        </Button>
      </div>
    </form>
  );
}
