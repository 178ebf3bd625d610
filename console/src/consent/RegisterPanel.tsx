import { Button } from '@mantine/core';
import { IconFileCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { DayOf } from '@/shared/ui/Values';
import { purposesQuery } from './api';
import css from './consent.module.css';
import { collected } from './decisions';
import type { ConsentText, Purpose } from './types';

/** For one in many visits. */
const PurposeDialog = lazy(() => import('./PurposeDialog').then((module) => ({ default: module.PurposeDialog })));
const TextDialog = lazy(() => import('./TextDialog').then((module) => ({ default: module.TextDialog })));

type Asked = { what: 'new' } | { what: 'edit' | 'text'; code: string };

/** The register: what people are asked for, with which words, and what is collected under it. */
export function RegisterPanel() {
  const t = useT();
  const r = t.consent.register;
  const can = useCan();
  const query = useQuery(purposesQuery);
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const manages = can('privacy.manage');
  const create = manages && (
    <Button size="xs" leftSection={<IconFileCheck size={14} />} onClick={() => setAsked({ what: 'new' })}>
      {r.create}
    </Button>
  );
  const chosen = query.data?.items.find(({ code }) => asked && asked.what !== 'new' && code === asked.code) ?? null;
  return (
    <Panel
      title={r.title}
      explain={<Explain name={r.title} definition={r.about} />}
      actions={query.data && query.data.items.length > 0 && create}
      testId="register"
    >
      <QueryView query={query} quiet loading={<LoadingBlock lines={3} height={48} />}>
        {({ items }) =>
          items.length === 0 ? (
            <StateView
              testId="state-first-use"
              icon={<IconFileCheck size={28} stroke={1.5} />}
              title={r.emptyTitle}
              text={manages ? r.emptyText : `${r.emptyText} ${r.askManager(t.common.rights['privacy.manage'])}`}
            >
              {create}
            </StateView>
          ) : (
            <ul className={css.register}>
              {items.map((purpose) => (
                <PurposeItem
                  key={purpose.code}
                  purpose={purpose}
                  onAsk={manages ? (what) => setAsked({ what, code: purpose.code }) : undefined}
                />
              ))}
            </ul>
          )
        }
      </QueryView>
      <Suspense fallback={null}>
        {asked?.what === 'new' && <PurposeDialog purpose={null} onClose={close} />}
        {asked?.what === 'edit' && chosen && <PurposeDialog purpose={chosen} onClose={close} />}
        {asked?.what === 'text' && chosen && <TextDialog purpose={chosen} onClose={close} />}
      </Suspense>
    </Panel>
  );
}

interface ItemProps {
  purpose: Purpose;
  /** Absent for those who may only read. */
  onAsk?: (what: 'edit' | 'text') => void;
}

function PurposeItem({ purpose, onAsk }: ItemProps) {
  const t = useT();
  const fmt = useFmt();
  const r = t.consent.register;
  const collects = collected(purpose);
  const [newest] = purpose.texts;
  return (
    <li className={css.item} data-purpose={purpose.code}>
      <div className={css.itemHead}>
        <h3 className={css.itemName} translate="no">
          {purpose.name}
        </h3>
        <span className="mono muted">{purpose.code}</span>
        {onAsk && (
          <span className={css.itemActions}>
            <Button size="xs" variant="default" onClick={() => onAsk('edit')} aria-label={r.editOf(purpose.name)}>
              {r.edit}
            </Button>
            <Button size="xs" variant="default" onClick={() => onAsk('text')} aria-label={r.publishOf(purpose.name)}>
              {r.publish}
            </Button>
          </span>
        )}
      </div>
      {purpose.description && (
        <p className={css.itemText} translate="no">
          {purpose.description}
        </p>
      )}
      <dl className={css.itemFacts}>
        <div>
          <dt>{r.channels}</dt>
          <dd>
            {purpose.channels.length === 0
              ? t.consent.allChannels
              : purpose.channels.map((channel) => (
                  <Chip key={channel}>
                    <span translate="no">{channel}</span>
                  </Chip>
                ))}
          </dd>
        </div>
        <div>
          <dt>{r.collects}</dt>
          <dd>
            {collects === null
              ? r.collectsNothing
              : fmt.list([
                  ...collects.traits.map((name) => lookup(t.imports.fields, name)),
                  ...collects.identifiers.map((type) => lookup(t.common.identifiers, type)),
                ])}
            {collects && collects.sources.length > 0 && ` ${r.onlyOf(fmt.count(collects.sources.length))}`}
          </dd>
        </div>
        <div>
          <dt>{r.text}</dt>
          <dd>
            {newest ? (
              <span>
                <TextName text={newest} />
              </span>
            ) : (
              <span className={css.warn}>{r.noText}</span>
            )}
          </dd>
        </div>
      </dl>
      {purpose.texts.length > 0 && (
        <details className={css.history}>
          <summary>{r.texts(fmt.count(purpose.texts.length))}</summary>
          <ul>
            {purpose.texts.map((text) => (
              <li key={`${text.version} ${text.locale}`} className={css.textItem}>
                <p>
                  <TextName text={text} />
                </p>
                <blockquote className={css.words} lang={text.locale} translate="no">
                  {text.text}
                </blockquote>
                <p className={css.meta}>
                  {t.consent.evidence.hash} <span className="mono">{text.hash}</span>
                </p>
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}

function TextName({ text }: { text: ConsentText }) {
  const c = useT().consent;
  return (
    <>
      {c.text(text.version)} · <span translate="no">{text.locale}</span> · <DayOf at={text.published_at} /> ·{' '}
      <span translate="no">{text.published_by}</span>
    </>
  );
}
