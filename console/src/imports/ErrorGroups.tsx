import type { ErrorGroup } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { type RowColumn, RowTable } from '@/shared/ui/PlainTable';

export function ErrorGroups({ errors }: { errors: ErrorGroup[] }) {
  const t = useT();
  const fmt = useFmt();
  const w = t.wizard;
  const example: RowColumn<ErrorGroup> = {
    key: 'example',
    header: w.errorExample,
    render: (error) => <span className="mono">{error.example}</span>,
  };
  const columns: RowColumn<ErrorGroup>[] = [
    { key: 'code', header: w.errorKind, render: ({ code }) => lookup(t.importPage.errorCodes, code) },
    { key: 'field', header: w.errorField, render: ({ field }) => (field ? lookup(t.imports.fields, field) : '') },
    ...(errors.some((error) => error.example) ? [example] : []),
    { key: 'rows', header: w.errorRows, numeric: true, render: ({ rows }) => fmt.count(rows) },
  ];
  return (
    <RowTable
      label={w.errors}
      testId="errors-by-code"
      columns={columns}
      rows={errors}
      rowKey={(error) => `${error.code} ${error.field}`}
    />
  );
}
