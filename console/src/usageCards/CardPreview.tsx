import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { ProfileField } from '@/fields/registry/types';
import { lookup, useLocale, useT } from '@/shared/i18n';
import type { UsageQuestion } from './types';
import css from './usageCards.module.css';

interface Props {
  questions: UsageQuestion[];
  fields: ProfileField[];
}

/** As a customer is asked, in either language, with what an answer may be: the type of the field says so. */
export function CardPreview({ questions, fields }: Props) {
  const t = useT();
  const p = t.usageCards.preview;
  const { locale } = useLocale();
  const [language, setLanguage] = useState<string>(locale);
  const answerOf = ({ field }: UsageQuestion) => {
    const found = fields.find(({ name }) => name === field);
    if (!found) return '';
    if (found.allowed.length > 0) return found.allowed.join(' · ');
    return lookup(p.answers, found.type);
  };
  return (
    <section className={css.preview} aria-label={p.title} data-testid="card-preview">
      <div className={css.previewHead}>
        <h3>{p.title}</h3>
        <SegmentedControl
          size="xs"
          aria-label={p.language}
          value={language}
          onChange={setLanguage}
          data={[
            { value: 'zh-CN', label: p.chinese },
            { value: 'en', label: p.english },
          ]}
        />
      </div>
      <ol lang={language}>
        {questions.map((one, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a question is what stands at its place
          <li key={place}>
            <span translate="no">{(language === 'en' ? one.text_en : one.text_zh) || '…'}</span>
            <span className={css.answer} translate="no">
              {answerOf(one)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
