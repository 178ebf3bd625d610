import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import type { ImportRecord } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import { startedWith } from './startedWith';
import { useStartImport } from './useStartImport';

/** The way on from an import that has ended: to its customers, to the real import after a dry run, or to another try. */
export function ImportActions({ record }: { record: ImportRecord }) {
  const t = useT();
  const can = useCan();
  const p = t.importPage;
  if (record.state === 'done' && !record.dry_run)
    return (
      <>
        {can('value.read') && (
          <Button component={Link} to="/value" variant="default">
            {p.seeValue}
          </Button>
        )}
        <Button component={Link} to="/customers">
          {p.seeCustomers}
        </Button>
      </>
    );
  return can('imports.run') ? <StartAgain record={record} /> : null;
}

function StartAgain({ record }: { record: ImportRecord }) {
  const t = useT();
  const p = t.importPage;
  const { start, starting } = useStartImport();
  const request = startedWith(record.id);
  const tried = record.state === 'done';
  if (!request)
    return (
      <Button component={Link} to="/imports/new" variant={tried ? 'filled' : 'default'}>
        {p.newFiles}
      </Button>
    );
  return (
    <Button
      onClick={() => start(tried ? { ...request, dry_run: false } : request)}
      loading={starting !== null}
      data-testid="start-again"
    >
      {tried ? p.start : p.again}
    </Button>
  );
}
