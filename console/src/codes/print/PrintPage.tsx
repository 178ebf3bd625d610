import { Button } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { BackNav, PageHeader, Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { pictureUrl, reportQuery } from '../api';
import { isPrivate, linkOf, useBase } from '../base';
import { byName } from '../list';
import type { Code } from '../types';
import css from './print.module.css';

const ALL = { from: null, until: null };

/** The codes that the address names, as they go on paper: labels in any script, unlike those of the PDF. */
export function PrintPage() {
  const t = useT();
  const k = t.codes;
  const search = useSearch({ strict: false }) as Search;
  const wanted = (search.codes ?? '').split(',').filter((id) => id !== '');
  const query = useQuery({ ...reportQuery(null, ALL), enabled: wanted.length > 0, refetchInterval: false });
  useDocumentTitle(`${k.print.title} · ${k.title}`);
  return (
    <>
      <div className={css.screen}>
        <BackNav label={k.title}>
          <Link to="/codes">← {k.title}</Link>
        </BackNav>
      </div>
      {wanted.length === 0 ? (
        <Nothing />
      ) : (
        <QueryView query={query} quiet loading={<LoadingBlock lines={4} height={120} />}>
          {({ items }) => {
            const codes = items
              .map(({ code }) => code)
              .filter(({ id }) => wanted.includes(id))
              .sort(byName);
            return codes.length === 0 ? <Nothing /> : <Sheet codes={codes} />;
          }}
        </QueryView>
      )}
    </>
  );
}

function Nothing() {
  const p = useT().codes.print;
  return (
    <>
      <PageHeader title={p.title} />
      <Panel>
        <StateView testId="state-nothing-chosen" title={p.none} text={p.noneText} />
      </Panel>
    </>
  );
}

function Sheet({ codes }: { codes: Code[] }) {
  const t = useT();
  const fmt = useFmt();
  const { print: p, page } = t.codes;
  const [base] = useBase();
  const [there, setThere] = useState<ReadonlySet<string>>(new Set());
  const [failed, setFailed] = useState(false);
  const all = there.size >= codes.length;
  return (
    <>
      <div className={css.screen}>
        <PageHeader
          title={p.title}
          meta={
            <span role="status">
              {all ? p.text(fmt.count(codes.length)) : p.waiting(fmt.count(there.size), fmt.count(codes.length))}
            </span>
          }
          actions={
            <Button leftSection={<IconPrinter size={16} />} disabled={!all} onClick={() => window.print()}>
              {p.action}
            </Button>
          }
        />
        {failed && <Notice tone="danger">{p.failed}</Notice>}
        {isPrivate(base) && <Notice tone="warning">{page.basePrivate}</Notice>}
      </div>
      <ul className={css.sheet} aria-label={p.title} data-testid="print-sheet">
        {codes.map((code) => (
          <li key={code.id} className={css.label} translate="no">
            <img
              className={css.picture}
              src={pictureUrl(code.id, base)}
              alt={p.picture(code.name)}
              onLoad={() => setThere((before) => new Set(before).add(code.id))}
              onError={() => setFailed(true)}
            />
            <span className={css.name}>{code.name}</span>
            <span className={css.link}>{linkOf(base, code.path).replace(/^https?:\/\//, '')}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
