import type { SpendModel, ValueModel, ValueReport } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Notice } from '@/shared/ui/Notice';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import { Missing } from '@/shared/ui/Values';
import css from '../value.module.css';

export function ModelCards({ report }: { report: ValueReport }) {
  const t = useT();
  return (
    <div className={css.cards}>
      {report.models.map((model) => (
        <ModelCard key={model.model} model={model} isDefault={model.model === report.default_model} />
      ))}
      {report.spend_model && (
        <ModelCard model={{ model: 'gamma_gamma', ...report.spend_model }} title={t.value.backtest.spend} />
      )}
    </div>
  );
}

/** The spend model is told without likelihood and iterations. */
type Shown = SpendModel & Pick<ValueModel, 'model'> & Partial<ValueModel>;

function ModelCard({ model, isDefault, title }: { model: Shown; isDefault?: boolean; title?: string }) {
  const t = useT();
  const fmt = useFmt();
  const b = t.value.backtest;
  const name = lookup(t.common.models, model.model);
  const usable = model.status === 'ok';
  const blocking = usable ? null : lookup(b.why, model.status);
  const errorOf = (parameter: string) => {
    const error = model.std_errors?.[parameter] ?? null;
    return error === null ? <Missing reason={b.why.no_standard_errors} /> : fmt.number(error, 6);
  };
  const warnings = model.warnings.filter((warning) => warning.code !== model.status);
  return (
    <Panel
      title={title ? `${title}: ${name}` : name}
      testId={`model-${model.model}`}
      actions={
        <>
          {isDefault && <Chip tone="primary">{b.default}</Chip>}
          <Chip tone={usable ? 'success' : 'warning'}>{lookup(b.status, model.status)}</Chip>
        </>
      }
    >
      {Object.keys(model.parameters).length > 0 && (
        <RowTable
          label={`${name}: ${b.parameters}`}
          columns={[
            {
              key: 'parameter',
              header: b.parameters,
              render: ([parameter]) => <span className="mono">{parameter}</span>,
            },
            { key: 'estimate', header: b.estimate, numeric: true, render: ([, estimate]) => fmt.number(estimate, 6) },
            { key: 'error', header: b.stdError, numeric: true, render: ([parameter]) => errorOf(parameter) },
          ]}
          rows={Object.entries(model.parameters)}
          rowKey={([parameter]) => parameter}
        />
      )}
      {model.iterations !== undefined && (
        <>
          <dl className={css.modelFacts}>
            <ModelFact name={b.logLikelihood} value={model.log_likelihood} />
            <ModelFact name={b.aic} value={model.aic} />
            <ModelFact name={b.bic} value={model.bic} />
          </dl>
          <p className="muted">
            {model.converged ? b.converged : b.notConverged} · {b.iterations(fmt.count(model.iterations))}
          </p>
        </>
      )}
      {blocking && <Notice tone="warning">{blocking}</Notice>}
      {warnings.map((warning) => (
        <Notice key={warning.code} tone="info">
          {lookup(b.why, warning.code) === warning.code ? warning.text : lookup(b.why, warning.code)}
        </Notice>
      ))}
    </Panel>
  );
}

function ModelFact({ name, value }: { name: string; value: number | null | undefined }) {
  const fmt = useFmt();
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value === null || value === undefined ? <Missing /> : fmt.decimal(value)}</dd>
    </div>
  );
}
