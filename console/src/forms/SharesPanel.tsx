import { useQuery } from '@tanstack/react-query';
import { usePeriod } from '@/codes/period';
import { useFmt } from '@/shared/fmt';
import { useLocale, useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { ratioOf, ShareBar } from '@/shared/ui/ShareBar';
import { LoadingList, QueryView } from '@/shared/ui/StateView';
import { sharesQuery } from './api';
import type { FieldShares, Form } from './types';

interface Row {
  key: string;
  question: string;
  choice: string;
  answers: number;
  answered: number;
  share: number | null;
}

/** How often each choice was made in the days that the address names. Nothing where a form lets nobody choose. */
export function SharesPanel({ form }: { form: Form }) {
  const t = useT();
  const { shares: s, spots, figures } = t.forms;
  const fmt = useFmt();
  const { locale } = useLocale();
  const query = useQuery(sharesQuery(form.id, usePeriod()));
  if (query.data?.fields.length === 0) return null;
  const say = (words: { zh: string; en: string }) => (locale === 'en' ? words.en : words.zh);
  const rowsOf = (fields: FieldShares[]): Row[] =>
    fields.flatMap(({ name, kind, answered, choices }) => {
      const asked = form.settings.fields.find((field) => field.name === name);
      const labelOf = (value: string) => {
        if (kind === 'boolean') return value === 'true' ? s.yes : s.no;
        const label = asked?.choices?.find((choice) => choice.value === value)?.label;
        return label ? say(label) : value;
      };
      return choices.map(({ value, answers, share_basis_points }) => ({
        key: `${name} ${value}`,
        question: asked ? say(asked.label) : name,
        choice: labelOf(value),
        answers,
        answered,
        share: ratioOf(share_basis_points),
      }));
    });
  const columns: Column<Row>[] = [
    {
      key: 'question',
      header: t.forms.page.question,
      always: true,
      render: ({ question, answered }) => (
        <>
          <span className={registry.name} translate="no">
            {question}
          </span>
          <span className={registry.code}>{t.common.is(figures.submissions, fmt.count(answered))}</span>
        </>
      ),
    },
    { key: 'choice', header: s.choice, render: ({ choice }) => <span translate="no">{choice}</span> },
    { key: 'answers', header: figures.submissions, numeric: true, render: ({ answers }) => fmt.count(answers) },
    {
      key: 'share',
      header: spots.share,
      numeric: true,
      render: ({ share }) => <ShareBar ratio={share} reason={spots.empty} />,
    },
  ];
  return (
    <Panel flush title={s.title} explain={<Explain name={s.title} definition={s.about} />} testId="form-shares">
      <QueryView query={query} quiet loading={<LoadingList />}>
        {({ fields }) => (
          <DataTable label={s.title} columns={columns} rows={rowsOf(fields)} rowKey={({ key }) => key} />
        )}
      </QueryView>
    </Panel>
  );
}
