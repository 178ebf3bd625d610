import type { ProfileField } from '@/fields/registry/types';
import { lookup, useT } from '@/shared/i18n';
import { PreviewFrame } from '@/shared/ui/PreviewFrame';
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
  const answerOf = ({ field }: UsageQuestion) => {
    const found = fields.find(({ name }) => name === field);
    if (!found) return '';
    if (found.allowed.length > 0) return found.allowed.join(' · ');
    return lookup(p.answers, found.type);
  };
  return (
    <PreviewFrame words={p} testId="card-preview">
      {(language) => (
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
      )}
    </PreviewFrame>
  );
}
