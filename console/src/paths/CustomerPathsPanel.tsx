import { useQuery } from '@tanstack/react-query';
import { useFmt } from '@/shared/fmt';
import { lookup, useLocale, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { type CustomerPath, customerPathsQuery } from './api';
import { nameIn } from './pathForm';
import css from './paths.module.css';
import { StepText } from './StepText';

/** How far a customer has come on each path, and by which facts. */
export function CustomerPathsPanel({ id }: { id: string }) {
  const { one } = useT().paths;
  const query = useQuery(customerPathsQuery(id));
  return (
    <Panel title={one.title} explain={<Explain name={one.title} definition={one.about} />} testId="customer-paths">
      <QueryView query={query} quiet loading={<LoadingBlock lines={4} height={40} />}>
        {(paths) => paths.map((path) => <One key={path.code} path={path} />)}
      </QueryView>
    </Panel>
  );
}

function One({ path }: { path: CustomerPath }) {
  const t = useT();
  const { one } = t.paths;
  const { locale } = useLocale();
  const fmt = useFmt();
  const { steps, taken, completed_at } = path;
  return (
    <section className={css.one} data-path={path.code}>
      <h3 className={css.name}>
        {nameIn(locale, path)}
        {completed_at ? (
          <Chip tone="success">{one.done}</Chip>
        ) : (
          <Chip>{taken.length === 0 ? one.none : one.some(fmt.count(taken.length), fmt.count(steps.length))}</Chip>
        )}
      </h3>
      <ol className={css.gone}>
        {steps.map((step, place) => {
          const fact = taken[place];
          return (
            // A step has no name of its own; it is what stands at its place.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <li key={place}>
              <StepText step={step} />{' '}
              {fact ? (
                <>
                  <When at={fact.at} />{' '}
                  <span className="muted">
                    {fact.name ? lookup(t.journey.events, fact.name) : lookup(t.common.kinds, fact.kind)}
                  </span>
                </>
              ) : (
                <span className="muted">{one.notYet}</span>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
