import type { ErrorGroup } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import css from './imports.module.css';

export function ErrorGroups({ errors }: { errors: ErrorGroup[] }) {
  const t = useT();
  const fmt = useFmt();
  const w = t.imports.wizard;
  const hasExamples = errors.some((error) => error.example);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={css.scroll} tabIndex={0} aria-label={w.errors}>
      <table className={css.table} data-testid="errors-by-code">
        <thead>
          <tr>
            <th scope="col">{w.errorKind}</th>
            <th scope="col">{w.errorField}</th>
            {hasExamples && <th scope="col">{w.errorExample}</th>}
            <th scope="col" className={css.num}>
              {w.errorRows}
            </th>
          </tr>
        </thead>
        <tbody>
          {errors.map((error) => (
            <tr key={`${error.code} ${error.field}`}>
              <th scope="row">{lookup(t.imports.errorCodes, error.code)}</th>
              <td>{error.field ? lookup(t.imports.fields, error.field) : ''}</td>
              {hasExamples && <td className="mono">{error.example}</td>}
              <td className={css.num}>{fmt.count(error.rows)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
