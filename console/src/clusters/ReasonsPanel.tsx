import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldsQuery } from '@/fields/registry/api';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { PlainTable } from '@/shared/ui/PlainTable';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { reasonsQuery } from './api';
import css from './clusters.module.css';
import { figureText, nameOf } from './figures';
import type { Clustering, Found, Share } from './types';

const USUAL = 'churn_reason';

/** What people say beside what they do: reasons from surveys, and features in which active and inactive differ. */
export function ReasonsPanel({ clustering, found }: { clustering: Clustering; found: Found }) {
  const { reasons: r, ...c } = useT().clusters;
  const fmt = useFmt();
  const isZh = fmt.locale === 'zh-CN';
  const [chosen, setChosen] = useState<string>();
  const fields = useQuery(fieldsQuery);
  const all = fields.data?.items.map((item) => item.field) ?? [];
  const choices = all.filter(({ type, archived_at }) => type.startsWith('choice') && archived_at === null);
  // A workspace may have something else of the usual name, or no choice at all.
  const usual = choices.find(({ name }) => name === USUAL) ?? choices[0];
  const field = chosen ?? usual?.name ?? '';
  const query = useQuery({ ...reasonsQuery(clustering.id, field), enabled: field !== '' });
  const shown = (share: Share) => (
    <>
      {fmt.percent(share.share)}
      <span className={css.sub}>{r.interval(fmt.percent(share.low), fmt.percent(share.high))}</span>
    </>
  );
  return (
    <>
      <Panel title={r.title} explain={<Explain name={r.title} definition={r.about} />} testId="reasons">
        {fields.data && choices.length === 0 && <p className={css.hint}>{r.noField}</p>}
        <NativeSelect
          label={r.field}
          value={field}
          onChange={(event) => setChosen(event.currentTarget.value)}
          data={choices.map((one) => ({ value: one.name, label: isZh ? one.name_zh : one.name_en }))}
          className={css.select}
        />
        <QueryView query={query} loading={<LoadingBlock lines={4} height={32} />}>
          {({ answered, items }) =>
            items.length === 0 ? (
              <p className={css.hint}>{r.none}</p>
            ) : (
              <>
                <p className={css.hint}>{r.answered(fmt.count(answered))}</p>
                <PlainTable label={r.title}>
                  <thead>
                    <tr>
                      <th scope="col">{r.reason}</th>
                      <th scope="col" className="num">
                        {c.all}
                      </th>
                      {found.clusters.map((cluster) => (
                        <th key={cluster.id} scope="col" className="num">
                          {nameOf(cluster, c.unnamed)}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {items.map(({ value, share, clusters }) => (
                      <tr key={value}>
                        <th scope="row" translate={lookup(r.values, value) === value ? 'no' : undefined}>
                          {lookup(r.values, value)}
                        </th>
                        <td className="num">{shown(share)}</td>
                        {found.clusters.map(({ id, number }) => {
                          const own = clusters.find((one) => one.number === number);
                          return (
                            <td key={id} className="num">
                              {own ? shown(own.share) : '—'}
                            </td>
                          );
                        })}
                      </tr>
                    ))}
                  </tbody>
                </PlainTable>
              </>
            )
          }
        </QueryView>
      </Panel>
      <Panel title={r.drivers} explain={<Explain name={r.drivers} definition={r.driversAbout} />} testId="drivers">
        <p className={css.hint}>
          {found.active === null || found.inactive === null
            ? r.activeBy
            : r.activeAre(fmt.count(found.active), fmt.count(found.inactive))}
        </p>
        <p className={css.hint}>
          <code>{clustering.active}</code>
        </p>
        {found.drivers.length > 0 && (
          <PlainTable label={r.drivers}>
            <thead>
              <tr>
                <th scope="col">{c.feature}</th>
                <th scope="col" className="num">
                  {r.active}
                </th>
                <th scope="col" className="num">
                  {r.inactive}
                </th>
                <th scope="col" className="num">
                  {r.difference}
                </th>
              </tr>
            </thead>
            <tbody>
              {found.drivers.map(({ feature: place, active_mean, inactive_mean, difference }) => {
                const feature = found.features[place];
                if (!feature) return null;
                return (
                  <tr key={feature.of}>
                    <th scope="row">{isZh ? feature.name_zh : feature.name_en}</th>
                    <td className="num">{figureText(fmt, found, feature, active_mean)}</td>
                    <td className="num">{figureText(fmt, found, feature, inactive_mean)}</td>
                    <td className="num">{fmt.decimal(difference, 2)}</td>
                  </tr>
                );
              })}
            </tbody>
          </PlainTable>
        )}
      </Panel>
    </>
  );
}
