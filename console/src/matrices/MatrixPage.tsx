import { Button, TextInput } from '@mantine/core';
import { IconLayoutGrid } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import { useCan } from '@/access/me';
import { NotFoundView } from '@/app/Fallbacks';
import { NAME_MAX } from '@/app/forms/codes';
import { Unsaved } from '@/app/forms/Unsaved';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { BackNav, PageHeader, Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { matrixQuery, updateMatrix } from './api';
import { Grid } from './GridPanel';
import { contentsOf, formOf, type MatrixForm, saidContents, settingsOf, toggled } from './grid';
import css from './matrices.module.css';
import type { Matrix } from './types';
import { useEdited } from './useEdited';

const dialogs = () => import('./dialogs');
const ContentsDialog = lazy(() => dialogs().then((module) => ({ default: module.ContentsDialog })));
const PublishDialog = lazy(() => dialogs().then((module) => ({ default: module.PublishDialog })));
const RemoveDialog = lazy(() => dialogs().then((module) => ({ default: module.RemoveDialog })));

/** One matrix: which content each stage may see, as a draft that is published. */
export function MatrixPage({ code }: { code: string }) {
  const m = useT().matrices;
  const can = useCan();
  const query = useQuery(matrixQuery(code));
  useDocumentTitle(query.data ? `${query.data.name} · ${m.title}` : m.title);
  return (
    <QueryView
      query={query}
      quiet
      loading={<LoadingBlock lines={4} height={80} />}
      onError={(error) => (error.status === 404 ? <NotFoundView /> : null)}
    >
      {(matrix) => (
        <div data-testid="matrix">
          <BackNav label={m.title}>
            <Link to="/matrices">← {m.title}</Link>
          </BackNav>
          {can('segments.manage') ? <Editor matrix={matrix} /> : <Shown matrix={matrix} />}
        </div>
      )}
    </QueryView>
  );
}

function Head({ matrix, children }: { matrix: Matrix; children?: ReactNode }) {
  const m = useT().matrices;
  const fmt = useFmt();
  const { published, layer } = matrix;
  return (
    <PageHeader
      title={<span translate="no">{matrix.name}</span>}
      aside={<Explain name={m.title} definition={m.aboutOne} />}
      meta={
        <>
          <span>
            {m.ofLayer}{' '}
            <Link to="/layers/$code" params={{ code: layer.code }} translate="no">
              {layer.name}
            </Link>
          </span>
          {published === null ? (
            <Chip>{m.notPublished}</Chip>
          ) : (
            <>
              <Chip tone={published.version === matrix.version ? 'success' : 'info'}>
                {published.version === matrix.version ? m.published : m.draftDiffers}
              </Chip>
              <span>
                {m.publishedVersion(fmt.count(published.version))} <When at={published.published_at} relative />
              </span>
            </>
          )}
          <span>{m.draftVersion(fmt.count(matrix.version))}</span>
        </>
      }
      actions={children}
    />
  );
}

/** What is wrong with the layer, or with what is published of it, since somebody else changed the layer. */
function LayerNotices({ matrix }: { matrix: Matrix }) {
  const m = useT().matrices;
  const { published, layer, gone_stages } = matrix;
  const nameOf = (code: string) => layer.stages.find((one) => one.code === code)?.name ?? code;
  return (
    <>
      {layer.archived && <Notice tone="warning">{m.layerArchivedText}</Notice>}
      {gone_stages.length > 0 && (
        <Notice tone="warning">
          <p data-testid="gone-stages">{m.goneStages(gone_stages.join(', '))}</p>
        </Notice>
      )}
      {published !== null && published.uncovered_stages.length > 0 && !layer.archived && (
        <Notice tone="info">
          <p data-testid="published-uncovered">
            {m.publishedUncovered(published.uncovered_stages.map(nameOf).join(', '))}
          </p>
        </Notice>
      )}
    </>
  );
}

/** For who changes nothing: what is published, or that nothing is. */
function Shown({ matrix }: { matrix: Matrix }) {
  const m = useT().matrices;
  const { published, layer } = matrix;
  return (
    <>
      <Head matrix={matrix} />
      <div className={css.stack}>
        <LayerNotices matrix={matrix} />
        <Panel title={m.grid} testId="grid-panel">
          {published === null || published.contents.length === 0 ? (
            <p className="muted">{m.nothingPublished}</p>
          ) : (
            <Grid label={m.grid} contents={published.contents} stages={layer.stages} />
          )}
        </Panel>
      </div>
    </>
  );
}

function useMatrix(matrix: Matrix) {
  const t = useT();
  const m = t.matrices;
  const queryClient = useQueryClient();
  return useEdited<Matrix, MatrixForm>({
    thing: matrix,
    empty: { name: '', contents: '[]' },
    formOf,
    draft: `matrix.${matrix.code}`,
    labelOf: (field) => (field === 'name' ? m.newForm.name : m.tabs.contents),
    say: (field, value) => (field === 'contents' ? saidContents(value) : value),
    faultsOf: (form) => (form.name.trim() === '' ? { name: t.access.required } : {}),
    update: (base, form) => updateMatrix(base, settingsOf(form)),
    latest: ({ code }) => queryClient.fetchQuery({ ...matrixQuery(code), staleTime: 0 }),
    done: m.saved,
    onSaved: (saved) => {
      queryClient.setQueryData(matrixQuery(saved.code).queryKey, saved);
      queryClient.invalidateQueries({ queryKey: ['matrices', 'list'] });
    },
  });
}

type Opened = 'contents' | 'publish' | 'remove' | null;

function Editor({ matrix }: { matrix: Matrix }) {
  const t = useT();
  const m = t.matrices;
  const edited = useMatrix(matrix);
  const { form, changed, drop, isSaving, submit } = edited;
  const [opened, setOpened] = useState<Opened>(null);
  const { contents: text } = form.values;
  const contents = useMemo(() => contentsOf({ contents: text }), [text]);
  const { stages } = matrix.layer;
  // The same function while rows are drawn: of many rows only the one that was changed is drawn again.
  const now = useRef({ contents, stages, form });
  now.current = { contents, stages, form };
  const toggle = useCallback((content: string, stage: string) => {
    const at = now.current;
    at.form.set('contents', JSON.stringify(toggled(at.contents, content, stage, at.stages)));
  }, []);
  const faults = Object.entries(form.errors as Record<string, string | undefined>).filter(([key]) =>
    key.startsWith('contents'),
  );
  const hasGone = matrix.gone_stages.length > 0;
  const isPublished = matrix.published?.version === matrix.version;
  return (
    <>
      <Head matrix={matrix}>
        <Button variant="default" onClick={() => setOpened('remove')}>
          {m.remove}
        </Button>
        <Button
          onClick={() => setOpened('publish')}
          disabled={changed || isPublished || hasGone || matrix.layer.archived}
        >
          {m.publish}
        </Button>
      </Head>
      <form
        noValidate
        className={css.stack}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Unsaved of={edited} />
        <LayerNotices matrix={matrix} />
        <Panel
          title={m.grid}
          explain={<Explain name={m.grid} definition={m.gridAbout} />}
          testId="grid-panel"
          actions={
            <Button variant="default" size="xs" onClick={() => setOpened('contents')}>
              {m.editContents}
            </Button>
          }
        >
          <TextInput
            label={m.newForm.name}
            maxLength={NAME_MAX}
            className={css.nameField}
            translate="no"
            {...form.field('name')}
          />
          {contents.length === 0 ? (
            <StateView
              testId="state-no-contents"
              icon={<IconLayoutGrid size={28} stroke={1.5} />}
              title={m.noContents}
              text={m.noContentsText}
            />
          ) : (
            <>
              <p className={css.hint}>{m.gridHint}</p>
              <Grid label={m.grid} contents={contents} stages={stages} onToggle={toggle} />
            </>
          )}
          <div className={css.foot}>
            {faults.length > 0 && (
              <p role="alert" className={css.faults}>
                {faults.map(([key, fault]) => `${key}: ${fault}`).join(' ')}
              </p>
            )}
            {changed && <span className="muted">{m.unsaved}</span>}
            <Button type="submit" loading={isSaving} disabled={!changed && !hasGone}>
              {m.save}
            </Button>
          </div>
        </Panel>
      </form>
      <Suspense>
        {opened === 'contents' && (
          <ContentsDialog
            contents={contents}
            onApply={(next) => {
              form.set('contents', JSON.stringify(next));
              setOpened(null);
            }}
            onClose={() => setOpened(null)}
          />
        )}
        {opened === 'publish' && <PublishDialog matrix={matrix} onClose={() => setOpened(null)} />}
        {opened === 'remove' && <RemoveDialog matrix={matrix} onDrop={drop} onClose={() => setOpened(null)} />}
      </Suspense>
    </>
  );
}
