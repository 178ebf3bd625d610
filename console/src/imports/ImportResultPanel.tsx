import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ImportRecord } from '@/shared/api/types';
import { type Fmt, useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { Panel } from '@/shared/ui/Panel';
import { rejectedUrl } from './api';
import { ErrorGroups } from './ErrorGroups';
import css from './imports.module.css';
import { MatchReport } from './MatchReport';

type CountKey = Exclude<keyof ImportRecord['result'], 'matched'>;

const COUNTS: CountKey[] = [
  'rows',
  'accepted',
  'duplicates',
  'rejected',
  'new_customers',
  'orders',
  'refunds',
  'guests',
  'conflicts',
];

export function ImportResultPanel({ record }: { record: ImportRecord }) {
  const t = useT();
  const fmt = useFmt();
  const p = t.importPage;
  const result = record.result;
  const names = record.dry_run ? p.countTried : p.count;
  return (
    <>
      <FigureStrip columns={5} label={p.result}>
        {COUNTS.map((key) => (
          <Figure
            key={key}
            name={names[key]}
            testId={`count-${key}`}
            explain={
              <Explain
                name={names[key]}
                definition={p.countHelp[key]}
                asOf={record.finished_at && fmt.day(record.finished_at)}
              />
            }
          >
            <Count record={record} name={key} value={result[key]} fmt={fmt} />
          </Figure>
        ))}
      </FigureStrip>
      {result.matched.length > 0 && (
        <Panel title={p.matchReport}>
          <MatchReport rules={result.matched} />
        </Panel>
      )}
      {result.rejected > 0 && (
        <Panel
          title={p.errors}
          actions={
            <Button
              component="a"
              href={rejectedUrl(record.id)}
              download
              variant="default"
              leftSection={<IconDownload size={16} />}
              data-testid="download-rejected"
            >
              {p.downloadRejected}
            </Button>
          }
        >
          <ErrorGroups errors={record.errors_by_code} />
          <p className={css.hint}>{p.rejectedHint}</p>
        </Panel>
      )}
    </>
  );
}

/** Counts that a list can show lead to it; the rejected rows are a file. A dry run has written nothing to show. */
function Count({ record, name, value, fmt }: { record: ImportRecord; name: CountKey; value: number; fmt: Fmt }) {
  const text = fmt.count(value ?? 0);
  if (name === 'new_customers' && value > 0 && !record.dry_run)
    return (
      <Link to="/customers" search={{ sort: 'number' }}>
        {text}
      </Link>
    );
  if (name === 'rejected' && value > 0) {
    return (
      <a href={rejectedUrl(record.id)} download>
        {text}
      </a>
    );
  }
  return <>{text}</>;
}
