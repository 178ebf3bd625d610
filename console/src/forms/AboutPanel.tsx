import { StoreName } from '@/clerks/StoreName';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Fact, Facts } from '@/shared/ui/Facts';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import { When } from '@/shared/ui/Values';
import css from './forms.module.css';
import { CodeLink } from './parts';
import type { Form } from './types';

/** What the newest version says: to whom, and what the answers fill. */
export function AboutPanel({ form: { settings } }: { form: Form }) {
  const { page: p, kinds, noStore, noEnd } = useT().forms;
  const fmt = useFmt();
  const { title, intro, thanks, fields } = settings;
  const both = ({ zh, en }: { zh: string; en: string }) => (
    <span className={css.text} translate="no">
      {zh}
      {en !== zh && <span className={css.sub}>{en}</span>}
    </span>
  );
  return (
    <Panel title={p.about} testId="form-about">
      <Facts>
        <Fact name={p.titles}>{both(title)}</Fact>
        {intro && <Fact name={p.intro}>{both(intro)}</Fact>}
        <Fact name={p.thanks}>{thanks ? both(thanks) : p.usualThanks}</Fact>
        <Fact name={p.place}>
          {settings.place === null ? <span className="muted">{noStore}</span> : <StoreName id={settings.place} />}
        </Fact>
        <Fact name={p.code}>
          {settings.code === null ? <span className="muted">{p.noCode}</span> : <CodeLink id={settings.code} />}
        </Fact>
        <Fact name={p.campaign}>
          {settings.campaign === null ? (
            <span className="muted">{p.noCampaign}</span>
          ) : (
            <span translate="no">{settings.campaign}</span>
          )}
        </Fact>
        <Fact name={p.ends}>
          {settings.ends_at === null ? <span className="muted">{noEnd}</span> : <When at={settings.ends_at} />}
        </Fact>
      </Facts>
      <RowTable
        label={p.question}
        testId="form-questions"
        columns={[
          {
            key: 'question',
            header: p.question,
            render: ({ label, is_required }) => (
              <span className={css.question}>
                <span translate="no">{fmt.locale === 'en' ? label.en : label.zh}</span>
                <span className={css.sub}>{is_required ? p.required : p.optional}</span>
              </span>
            ),
          },
          {
            key: 'fills',
            header: p.fills,
            render: ({ name, kind }) => (
              <>
                <span className="mono">{name}</span>
                <span className={css.sub}>{lookup(kinds, kind)}</span>
              </>
            ),
          },
        ]}
        rows={fields}
        rowKey={({ name }) => name}
      />
    </Panel>
  );
}
