import { Notice } from './Notice';
import css from './theirChanges.module.css';

interface Props {
  title: string;
  text: string;
  lines: string[];
}

/** What somebody else made of the same thing meanwhile; mine stands on top of it in the form. */
export function TheirChanges({ title, text, lines }: Props) {
  if (lines.length === 0) return null;
  return (
    <div role="alert" className={css.their} data-testid="their-changes">
      <Notice tone="warning" title={title}>
        <p>{text}</p>
        <ul className={css.lines}>
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}
