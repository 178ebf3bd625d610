import type { ErrorGroup } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { PlainTable } from '@/shared/ui/PlainTable';

export function ErrorGroups({ errors }: { errors: ErrorGroup[] }) {
  const t = useT();
  const fmt = useFmt();
  const w = t.imports.wizard;
  const hasExamples = errors.some((error) => error.example);
  return (
    <PlainTable label={w.errors} testId="errors-by-code">
      <thead>
        <tr>
          <th scope="col">{w.errorKind}</th>
          <th scope="col">{w.errorField}</th>
          {hasExamples && <th scope="col">{w.errorExample}</th>}
          <th scope="col" className="num">
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
            <td className="num">{fmt.count(error.rows)}</td>
          </tr>
        ))}
      </tbody>
    </PlainTable>
  );
}
