import { useQuery } from '@tanstack/react-query';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { usePersonal } from '@/shared/privacy/Privacy';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { DayOf, MoneyText, When } from '@/shared/ui/Values';
import { type ProductProgress, progressQuery } from './api';
import css from './progress.module.css';

/** How far a customer is in each product, how much they use it, and whether they pay for it. */
export function ProgressTab({ id }: { id: string }) {
  const p = useT().progress;
  const query = useQuery(progressQuery(id));
  return (
    <QueryView query={query} quiet loading={<LoadingBlock lines={4} height={56} />}>
      {({ products }) =>
        products.length === 0 ? (
          <Panel title={p.title} explain={<Explain name={p.title} definition={p.about} />} testId="progress">
            <p className="muted">{p.nothing}</p>
          </Panel>
        ) : (
          <div className={css.stack} data-testid="progress">
            {products.map((product) => (
              <Product key={product.product} of={product} />
            ))}
          </div>
        )
      }
    </QueryView>
  );
}

function Product({ of }: { of: ProductProgress }) {
  const p = useT().progress;
  const fmt = useFmt();
  const personal = usePersonal();
  const name = personal('text', of.product);
  return (
    <Panel
      title={name}
      explain={<Explain name={name} definition={p.about} />}
      actions={<Chip tone={of.is_paying ? 'success' : 'neutral'}>{of.is_paying ? p.paying : p.notPaying}</Chip>}
    >
      <FigureStrip label={name} dense>
        <Figure name={p.activeDays}>{fmt.count(of.active_days_7)}</Figure>
        <Figure name={p.events}>{fmt.count(of.events_7)}</Figure>
        <Figure name={p.spent}>
          <MoneyText value={of.spent} />
        </Figure>
        <Figure name={p.lastPaid}>{of.last_paid_at ? <DayOf at={of.last_paid_at} /> : p.never}</Figure>
      </FigureStrip>
      {of.state.length === 0 ? (
        <p className={css.none}>{p.noState}</p>
      ) : (
        <div className={css.state}>
          <RowTable
            label={p.stateOf(name)}
            rows={of.state}
            rowKey={(one) => one.name}
            columns={[
              { key: 'name', header: p.name, render: (one) => <span translate="no">{one.name}</span> },
              {
                key: 'value',
                header: p.value,
                render: (one) => <span translate="no">{personal('text', String(one.value))}</span>,
              },
              { key: 'at', header: p.at, numeric: true, render: (one) => <When at={one.at} /> },
            ]}
          />
        </div>
      )}
    </Panel>
  );
}
