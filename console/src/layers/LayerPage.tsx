import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useCan } from '@/access/me';
import { NotFoundView } from '@/app/Fallbacks';
import { ArchiveActions } from '@/segments/ArchiveActions';
import { RuleText } from '@/segments/RuleText';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { BackNav, PageHeader, Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { layerQuery, setArchived } from './api';
import css from './layers.module.css';
import { StagesPanel } from './StagesPanel';
import type { Layer } from './types';

/** What is below the first screen: figures of the stages are there before. */
const TrendPanel = lazy(() => import('./TrendPanel').then((module) => ({ default: module.TrendPanel })));
const MovementPanel = lazy(() => import('./MovementPanel').then((module) => ({ default: module.MovementPanel })));

/** One layer: how many are in each stage now, and who went from which to which. */
export function LayerPage() {
  const l = useT().layers;
  const { code } = useParams({ strict: false }) as { code: string };
  const query = useQuery(layerQuery(code));
  useDocumentTitle(query.data ? `${query.data.name} · ${l.title}` : l.title);
  return (
    <QueryView
      query={query}
      quiet
      loading={<LoadingBlock lines={3} height={100} />}
      onError={(error) => (error.status === 404 ? <NotFoundView /> : null)}
    >
      {(layer) => <View key={code} layer={layer} />}
    </QueryView>
  );
}

function View({ layer }: { layer: Layer }) {
  const l = useT().layers;
  const fmt = useFmt();
  const can = useCan();
  const isArchived = layer.archived_at !== null;
  return (
    <div data-testid="layer">
      <BackNav label={l.title}>
        <Link to="/layers">← {l.title}</Link>
      </BackNav>
      <PageHeader
        title={<span translate="no">{layer.name}</span>}
        meta={
          <>
            {isArchived && <Chip>{l.isArchived}</Chip>}
            <span className="mono">{layer.code}</span>
            <span>{l.version(fmt.count(layer.version))}</span>
            <span>
              {l.changed(layer.changed_by)} <When at={layer.changed_at} relative />
            </span>
          </>
        }
        actions={can('segments.manage') && <Actions layer={layer} isArchived={isArchived} />}
      />
      <div className={registry.stack}>
        {isArchived && <Notice tone="info">{l.archivedText}</Notice>}
        {layer.description !== '' && <p translate="no">{layer.description}</p>}
        {!isArchived && (
          <>
            <div className={css.summary}>
              <StagesPanel layer={layer} />
              <Suspense fallback={<LoadingBlock height={260} />}>
                <TrendPanel layer={layer} />
              </Suspense>
            </div>
            <Suspense fallback={<LoadingBlock lines={4} height={40} />}>
              <MovementPanel layer={layer} />
            </Suspense>
          </>
        )}
        <Rules layer={layer} />
      </div>
    </div>
  );
}

function Rules({ layer }: { layer: Layer }) {
  const l = useT().layers;
  const fmt = useFmt();
  return (
    <Panel title={l.rules} explain={<Explain name={l.rules} definition={l.rulesAbout} />} testId="layer-rules">
      <div className={css.rules}>
        {layer.base && (
          <div>
            <h3 className={css.templateName}>{l.base}</h3>
            <RuleText text={layer.base.text} />
          </div>
        )}
        {layer.stages.map(({ code, name, text, effective_text }, place) => (
          <div key={code} data-testid={`rule-${code}`}>
            <h3 className={css.templateName}>
              {fmt.count(place + 1)}. <span translate="no">{name}</span>
            </h3>
            <RuleText text={text} />
            {effective_text !== text && (
              <details className={css.effective}>
                <summary aria-label={l.effectiveOf(name)}>{l.effective}</summary>
                <RuleText text={effective_text} />
              </details>
            )}
          </div>
        ))}
      </div>
    </Panel>
  );
}

function Actions({ layer, isArchived }: { layer: Layer; isArchived: boolean }) {
  const l = useT().layers;
  const queryClient = useQueryClient();
  return (
    <ArchiveActions
      isArchived={isArchived}
      setArchived={(archived) => setArchived(layer.code, archived)}
      onChanged={(changed) => {
        queryClient.setQueryData(layerQuery(layer.code).queryKey, changed);
        queryClient.invalidateQueries({ queryKey: ['layers'] });
        queryClient.invalidateQueries({ queryKey: ['segments'] });
      }}
      archive={{ ...l.archive, text: l.archive.text(layer.name) }}
      restore={l.restore}
    >
      <Button
        renderRoot={(props) => <Link {...props} to="/layers/$code/edit" params={{ code: layer.code }} />}
        variant="default"
      >
        {l.edit}
      </Button>
    </ArchiveActions>
  );
}
