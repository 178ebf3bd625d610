import { lazy, type ReactNode, Suspense } from 'react';
import { MISSING, useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { Later } from '@/shared/ui/Later';
import { Notice } from '@/shared/ui/Notice';
import { Panel } from '@/shared/ui/Panel';
import { PlainTable } from '@/shared/ui/PlainTable';
import { LoadingBlock } from '@/shared/ui/StateView';
import { ClusterCard } from './ClusterCard';
import css from './clusters.module.css';
import { chosenK, figureText, nameOf, tintOf } from './figures';
import type { Clustering, Found } from './types';

const SilhouettePanel = lazy(() => import('./SilhouettePanel').then((module) => ({ default: module.SilhouettePanel })));
const ReasonsPanel = lazy(() => import('./ReasonsPanel').then((module) => ({ default: module.ReasonsPanel })));

interface Props {
  clustering: Clustering;
  found: Found;
  /** Below the clusters: who is in the one that was opened. */
  children: ReactNode;
}

/** What was found: how well it separates, what each cluster is like, and why people stay or go. */
export function FoundView({ clustering, found, children }: Props) {
  const c = useT().clusters;
  const fmt = useFmt();
  const { people, judged_by, unplaced } = found;
  // Whoever sees a part of the customers is told no number of all.
  const seen = found.clusters.reduce((sum, { size }) => sum + size, 0);
  return (
    <>
      {people === null && (
        <Notice tone="info" title={c.partOnly}>
          {c.partOnlyText}
        </Notice>
      )}
      <FigureStrip label={c.figures} dense>
        <Figure name={people === null ? c.peopleSeen : c.people} testId="people">
          {fmt.count(people ?? seen)}
        </Figure>
        <Figure
          name={c.chosen}
          testId="chosen"
          note={judged_by === null ? undefined : c.judgedBy(fmt.count(judged_by))}
        >
          {fmt.count(chosenK(found))}
        </Figure>
        {unplaced !== null && (
          <Figure name={c.unplaced} testId="unplaced">
            {fmt.count(unplaced)}
          </Figure>
        )}
      </FigureStrip>
      <div className={css.cards} data-testid="cluster-cards">
        {found.clusters.map((cluster) => (
          <ClusterCard key={cluster.id} clustering={clustering} cluster={cluster} />
        ))}
      </div>
      {children}
      <CentreTable found={found} />
      <Later>
        <Suspense fallback={<LoadingBlock lines={6} height={40} />}>
          {found.tried.length > 1 && <SilhouettePanel found={found} />}
          <ReasonsPanel clustering={clustering} found={found} />
        </Suspense>
      </Later>
    </>
  );
}

function CentreTable({ found }: { found: Found }) {
  const t = useT();
  const c = t.clusters;
  const fmt = useFmt();
  const isZh = fmt.locale === 'zh-CN';
  return (
    <Panel title={c.centres} explain={<Explain name={c.centres} definition={c.centresAbout} />} testId="centres">
      <PlainTable label={c.centres} className={css.centres}>
        <thead>
          <tr>
            <th scope="col">{c.feature}</th>
            <th scope="col" className="num">
              {c.all}
            </th>
            {found.clusters.map((cluster) => (
              <th key={cluster.id} scope="col" className="num" translate={cluster.name === '' ? undefined : 'no'}>
                {nameOf(cluster, c.unnamed)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{c.size}</th>
            <td className="num">{found.people === null ? MISSING : fmt.count(found.people)}</td>
            {found.clusters.map((cluster) => (
              <td key={cluster.id} className="num">
                {fmt.count(cluster.size)} · {fmt.percent(cluster.share)}
              </td>
            ))}
          </tr>
          {found.features.map((feature, place) => (
            <tr key={feature.of}>
              <th scope="row">
                {isZh ? feature.name_zh : feature.name_en}
                {!!feature.missing && <span className={css.sub}>{c.missing(fmt.count(feature.missing))}</span>}
                {feature.compared_deviation === 0 && <span className={css.sub}>{c.noPart}</span>}
              </th>
              <td className="num">{figureText(fmt, found, feature, feature.mean)}</td>
              {found.clusters.map((cluster) => {
                const difference = cluster.differences[place] ?? 0;
                const level = cluster.levels[place];
                return (
                  <td
                    key={cluster.id}
                    className={`num ${css.cell}`}
                    data-side={difference > 0 ? 'above' : 'below'}
                    style={{ '--tint': tintOf(difference) } as React.CSSProperties}
                  >
                    {figureText(fmt, found, feature, cluster.means[place] ?? null)}
                    {level && <span className={css.sub}>{c.levels[level]}</span>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </PlainTable>
    </Panel>
  );
}
