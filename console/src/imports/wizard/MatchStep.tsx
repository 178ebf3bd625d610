import type { ImportPreview, MappingProblem } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, type Messages, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Notice } from '@/shared/ui/Notice';
import { Panel } from '@/shared/ui/Panel';
import { PlainTable } from '@/shared/ui/PlainTable';
import { ErrorDetail, errorText } from '@/shared/ui/StateView';
import { ColumnRow } from './ColumnRow';
import { CurrencyQuestion } from './CurrencyQuestion';
import { delimiterName } from './delimiters';
import { OptionsPanel } from './OptionsPanel';
import { asksForCurrency, type Matching, optionsOf } from './useMatching';
import css from './wizard.module.css';

export function MatchStep({ preview, matching }: { preview: ImportPreview; matching: Matching }) {
  const t = useT();
  const w = t.wizard;
  const { choices, undone } = matching;
  const asks = asksForCurrency(preview, choices);
  // What was only assumed is no choice: the field stays empty until somebody decides.
  const options = { ...optionsOf(preview, choices.options), ...(asks ? { currency: null } : {}) };
  return (
    <div className={css.stack} aria-busy={matching.refreshing || undefined}>
      {undone && (
        <div role="alert" data-testid="undone">
          <Notice tone="danger" title={w.undone}>
            <p>{errorText(t, undone)}</p>
            <ErrorDetail error={undone} />
          </Notice>
        </div>
      )}
      <FilesPanel preview={preview} />
      {preview.missing.length > 0 && (
        <Notice tone="warning" title={w.missing}>
          <ul>
            {preview.missing.map((problem) => (
              <li key={`${problem.code} ${problem.field} ${problem.why}`} data-testid="missing-field">
                <Problem problem={problem} />
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {asks && preview.options.currency && (
        <CurrencyQuestion assumed={preview.options.currency} onCurrency={(currency) => matching.set({ currency })} />
      )}
      <Panel title={w.columns}>
        <PlainTable label={w.columns} className={css.match}>
          <thead>
            <tr>
              <th scope="col">{w.columnName}</th>
              <th scope="col">{w.samples}</th>
              <th scope="col">{w.field}</th>
              <th scope="col">{w.confidence}</th>
            </tr>
          </thead>
          <tbody>
            {preview.columns.map((column) => (
              <ColumnRow
                key={column.name}
                column={column}
                preview={preview}
                chosen={choices.mapping[column.name]}
                onMap={(field) => matching.map(column.name, field)}
              />
            ))}
          </tbody>
        </PlainTable>
      </Panel>
      <OptionsPanel options={options} onOptions={matching.set} />
    </div>
  );
}

function FilesPanel({ preview }: { preview: ImportPreview }) {
  const t = useT();
  const fmt = useFmt();
  const w = t.wizard;
  return (
    <Panel title={w.detected}>
      {preview.layout && <Chip tone="primary">{lookup(w.layouts, preview.layout)}</Chip>}
      <ul>
        {preview.files.map((file) => (
          <li key={file.name} className={css.fileFact}>
            <span>{file.name}</span>
            <span className="muted">
              {w.fileFacts(
                [file.format.toUpperCase(), file.compression === 'none' ? '' : file.compression]
                  .filter(Boolean)
                  .join(' + '),
                [file.encoding?.toUpperCase(), file.delimiter && delimiterName(t, file.delimiter)]
                  .filter(Boolean)
                  .join(' · '),
                fmt.bytes(file.size_bytes),
              )}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

type ProblemText = (field: string) => string;

/** What to do about it, with the server's words behind it; those alone where the console does not know the code. */
function Problem({ problem }: { problem: MappingProblem }) {
  const t = useT();
  const text = problemText(t, problem);
  return text ? <span title={problem.why}>{text}</span> : <span lang="en">{problem.why}</span>;
}

function problemText(t: Messages, { code, field }: MappingProblem): string | null {
  const texts: Record<string, ProblemText> = t.wizard.problems;
  return Object.hasOwn(texts, code) ? (texts[code]?.(lookup(t.imports.fields, field)) ?? null) : null;
}
