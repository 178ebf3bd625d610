import { useQuery } from '@tanstack/react-query';
import { SourceName } from '@/fields/registry/SourceName';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { customerDataQuery } from './api';
import css from './journey.module.css';
import type { DataBlock } from './types';

/** What has been collected about a customer, in three blocks, and who told it. */
export function DataTab({ id }: { id: string }) {
  const d = useT().journey.data;
  const query = useQuery(customerDataQuery(id));
  return (
    <QueryView query={query} quiet loading={<LoadingBlock lines={5} height={56} />}>
      {({ blocks }) => (
        <div className={css.stack} data-testid="customer-data">
          <Panel title={d.title} explain={<Explain name={d.title} definition={d.about} />}>
            <Heads blocks={blocks} />
          </Panel>
          {blocks.map((block) => (
            <Block key={block.class} block={block} />
          ))}
        </div>
      )}
    </QueryView>
  );
}

function Heads({ blocks }: { blocks: DataBlock[] }) {
  const d = useT().journey.data;
  const fmt = useFmt();
  return (
    <FigureStrip label={d.title} dense>
      {blocks.map((block) => (
        <Figure
          key={block.class}
          name={lookup(d.classes, block.class)}
          note={
            block.last_at ? (
              <>
                {d.last} <When at={block.last_at} />
              </>
            ) : (
              d.notYet
            )
          }
          testId={`data-${block.class}`}
        >
          {fmt.count(block.facts)}
        </Figure>
      ))}
    </FigureStrip>
  );
}

function Block({ block }: { block: DataBlock }) {
  const t = useT();
  const { data: d, events, reachedColumns: r } = t.journey;
  const fmt = useFmt();
  const title = lookup(d.classes, block.class);
  return (
    <Panel title={title} testId={`data-rows-${block.class}`}>
      {block.rows.length === 0 ? (
        <p className="muted">{d.nothing}</p>
      ) : (
        <RowTable
          label={title}
          rows={block.rows}
          rowKey={({ kind, name }) => `${kind} ${name}`}
          columns={[
            {
              key: 'name',
              header: r.name,
              render: ({ kind, name }) =>
                name === null ? lookup(t.common.kinds, kind) : <span translate="no">{lookup(events, name)}</span>,
            },
            {
              key: 'sources',
              header: d.sources,
              render: ({ sources }) => (
                <ul className={css.sources}>
                  {sources.map((source) => (
                    <li key={source}>
                      <SourceName source={source} />
                    </li>
                  ))}
                </ul>
              ),
            },
            { key: 'facts', header: r.facts, numeric: true, render: ({ facts }) => fmt.count(facts) },
            { key: 'last', header: r.last, numeric: true, render: ({ last_at }) => <When at={last_at} /> },
          ]}
        />
      )}
      {block.rows_left_out > 0 && <p className="muted">{d.leftOut(fmt.count(block.rows_left_out))}</p>}
    </Panel>
  );
}
