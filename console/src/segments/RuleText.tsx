import { inLines } from './ruleText';
import css from './segments.module.css';

/** A rule as it is typed, a condition on each line. */
export function RuleText({ text }: { text: string }) {
  return (
    <pre className={css.rule} translate="no">
      <code>{inLines(text)}</code>
    </pre>
  );
}
