import { SegmentedControl } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useLocale } from '../i18n';
import css from './previewFrame.module.css';

interface Words {
  title: string;
  /** Of the choice of a language. */
  language: string;
  chinese: string;
  english: string;
}

interface Props {
  words: Words;
  testId: string;
  children: (language: 'zh-CN' | 'en') => ReactNode;
}

/** What other people will see, in either of their languages; at first in that of the screen. */
export function PreviewFrame({ words, testId, children }: Props) {
  const { locale } = useLocale();
  const [language, setLanguage] = useState(locale);
  return (
    <section className={css.preview} aria-label={words.title} data-testid={testId}>
      <div className={css.head}>
        <h3>{words.title}</h3>
        <SegmentedControl
          size="xs"
          aria-label={words.language}
          value={language}
          onChange={(next) => setLanguage(next === 'en' ? 'en' : 'zh-CN')}
          data={[
            { value: 'zh-CN', label: words.chinese },
            { value: 'en', label: words.english },
          ]}
        />
      </div>
      {children(language)}
    </section>
  );
}
