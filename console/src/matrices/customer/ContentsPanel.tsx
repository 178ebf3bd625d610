import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { isNotBuilt } from '@/segments/api';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { contentsQuery, matricesQuery } from '../api';
import type { CustomerContents, MatrixItem } from '../types';
import css from './plans.module.css';

/** What is published for where the customer is now, matrix by matrix. */
export function ContentsPanel({ id }: { id: string }) {
  const c = useT().customerLayers.contents;
  const query = useQuery(matricesQuery);
  return (
    <Panel title={c.title} explain={<Explain name={c.title} definition={c.about} />} testId="customer-contents">
      <QueryView query={query} quiet loading={<LoadingBlock lines={2} height={32} />}>
        {({ items }) => {
          const published = items.filter((one) => one.published_version !== null);
          return published.length === 0 ? (
            <p className="muted" data-testid="state-no-matrices">
              {c.none} <Link to="/matrices">{c.toMatrices}</Link>
            </p>
          ) : (
            <Of id={id} matrices={published} />
          );
        }}
      </QueryView>
    </Panel>
  );
}

function Of({ id, matrices }: { id: string; matrices: MatrixItem[] }) {
  const c = useT().customerLayers.contents;
  const [chosen, setChosen] = useState(matrices[0]?.code ?? '');
  const code = matrices.some((one) => one.code === chosen) ? chosen : (matrices[0]?.code ?? '');
  const query = useQuery(contentsQuery(id, code));
  return (
    <>
      <NativeSelect
        className={css.choose}
        label={c.matrix}
        translate="no"
        value={code}
        data={matrices.map((one) => ({ value: one.code, label: one.name }))}
        onChange={(event) => setChosen(event.currentTarget.value)}
      />
      <QueryView
        query={query}
        quiet
        loading={<LoadingBlock lines={2} height={32} />}
        onError={(error) => (isNotBuilt(error) ? <p role="status">{c.notBuilt}</p> : null)}
      >
        {(found) => <Found found={found} />}
      </QueryView>
    </>
  );
}

function Found({ found: { stage, showing, contents } }: { found: CustomerContents }) {
  const c = useT().customerLayers.contents;
  return (
    <div className={css.found} data-testid="shown-contents" data-showing={showing}>
      {stage && (
        <p>
          {c.stage}{' '}
          <Chip tone="primary">
            <span translate="no">{stage.name}</span>
          </Chip>
        </p>
      )}
      {showing !== 'allowed' && <p>{c.why[showing]}</p>}
      {contents.length > 0 && (
        <ul className={css.list}>
          {contents.map(({ code, name, url }) => (
            <li key={code} translate="no">
              {url === null ? (
                name
              ) : (
                <a href={url} target="_blank" rel="noreferrer">
                  {name}
                </a>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
