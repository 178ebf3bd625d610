import type { Purpose } from '@/consent/types';
import { useT } from '@/shared/i18n';
import { PreviewFrame } from '@/shared/ui/PreviewFrame';
import css from './preview.module.css';
import type { FormField, FormSettings } from './types';

/** What the page itself says, in the languages that it has whatever the console speaks. */
const PAGE = {
  'zh-CN': { choose: '请选择', yes: '是', no: '否', agree: '我同意', send: '提交', date: '年 / 月 / 日' },
  en: { choose: 'Choose', yes: 'Yes', no: 'No', agree: 'I agree', send: 'Send', date: 'yyyy-mm-dd' },
};

/** The page scrolls in a long text; here its beginning is enough. */
const TERMS_MAX = 160;

type Language = keyof typeof PAGE;

interface Props {
  settings: FormSettings;
  purposes: Purpose[];
}

/** The page as people see it, drawn: nothing in it can be pressed. It is light, as the page is. */
export function FormPreview({ settings, purposes }: Props) {
  const { preview } = useT().formEditor;
  return (
    <PreviewFrame words={preview} testId="form-preview">
      {(language) => <Page settings={settings} purposes={purposes} language={language} />}
    </PreviewFrame>
  );
}

function Page({ settings, purposes, language }: Props & { language: Language }) {
  const words = (both: { zh: string; en: string }) => (language === 'en' ? both.en : both.zh) || '…';
  const said = PAGE[language];
  return (
    <div className={css.page} lang={language} translate="no">
      <p className={css.title}>{words(settings.title)}</p>
      {settings.intro && <p className={css.intro}>{words(settings.intro)}</p>}
      {settings.fields.map((field, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a question is what stands at its place
        <div key={place} data-question>
          <p>
            {words(field.label)}
            {field.is_required && <Star />}
          </p>
          <Answer field={field} said={said} words={words} />
        </div>
      ))}
      {settings.consents.map((consent, place) => {
        const version = language === 'en' ? consent.text_en : consent.text_zh;
        const texts = purposes.find(({ code }) => code === consent.purpose)?.texts;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a box is what stands at its place
          <div key={place}>
            <p className={css.terms}>{shortened(texts?.find((one) => one.version === version)?.text ?? '…')}</p>
            <p className={css.tick}>
              <Box /> {said.agree}
              {consent.is_required && <Star />}
            </p>
          </div>
        );
      })}
      <p className={css.send}>{said.send}</p>
    </div>
  );
}

const shortened = (text: string) => (text.length > TERMS_MAX ? `${text.slice(0, TERMS_MAX)}…` : text);
const Star = () => <span className={css.star}> *</span>;
const Box = () => <span className={css.box} aria-hidden="true" />;

interface AnswerProps {
  field: FormField;
  said: (typeof PAGE)[Language];
  words: (both: { zh: string; en: string }) => string;
}

function Answer({ field: { kind, choices }, said, words }: AnswerProps) {
  if (kind === 'choices')
    return choices.map(({ value, label }) => (
      <p key={value} className={css.tick}>
        <Box /> {words(label)}
      </p>
    ));
  if (kind === 'choice' || kind === 'boolean') {
    const names = kind === 'choice' ? choices.map(({ label }) => words(label)) : [said.yes, said.no];
    return (
      <p className={css.input}>
        <span className={css.among}>
          {said.choose}: {names.join(' · ')}
        </span>
        <span aria-hidden="true">▾</span>
      </p>
    );
  }
  return <p className={css.input}>{kind === 'date' ? said.date : ''}</p>;
}
