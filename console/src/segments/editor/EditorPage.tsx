import { Button, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useRef, useState } from 'react';
import { useCan } from '@/access/me';
import { NotFoundView } from '@/app/Fallbacks';
import { CODE_MAX, NAME_MAX, suggestingCode } from '@/app/forms/codes';
import { Unsaved } from '@/app/forms/Unsaved';
import { useFocusFault } from '@/app/forms/useFocusFault';
import { useVersioned } from '@/app/forms/useVersioned';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { BackNav, PageHeader, Panel } from '@/shared/ui/Panel';
import { ForbiddenView, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { createSegment, readQuery, segmentQuery, updateSegment } from '../api';
import { RuleEditor, useRuleView } from '../builder/RuleEditor';
import { useTree } from '../builder/useTree';
import { EXAMPLES, isExample } from '../examples';
import { inLines } from '../ruleText';
import type { Segment } from '../types';
import { AnswerPanel } from './AnswerPanel';
import { CataloguePanel } from './CataloguePanel';
import css from './editor.module.css';
import { type Offer, placed } from './offers';
import { DESCRIPTION_MAX, EMPTY, faultsOf, formOf, type SegmentForm, settingsOf } from './segmentForm';

const DEBOUNCE_MS = 300;

/** Makes a segment, or another version of one. */
export function EditorPage() {
  const t = useT();
  const { segments: s, segmentEditor: e } = t;
  const can = useCan();
  const { code } = useParams({ strict: false }) as { code?: string };
  const { example, rule } = useSearch({ strict: false }) as Search;
  const mayChange = can('segments.manage');
  const query = useQuery({ ...segmentQuery(code ?? ''), enabled: code !== undefined && mayChange });
  const name = query.data?.name;
  useDocumentTitle(`${code === undefined ? e.newTitle : name ? e.editTitle(name) : s.page.editOf} · ${s.title}`);
  if (!mayChange)
    return (
      <Frame code={code} title={code === undefined ? e.newTitle : s.page.editOf}>
        <ForbiddenView right="segments.manage" />
      </Frame>
    );
  if (code === undefined)
    return (
      <Frame title={e.newTitle}>
        <Editor key={`${example} ${rule}`} segment={null} example={example} rule={rule} />
      </Frame>
    );
  return (
    <QueryView
      query={query}
      quiet
      loading={<LoadingBlock lines={3} height={100} />}
      onError={(error) => (error.status === 404 ? <NotFoundView /> : null)}
    >
      {(segment) => (
        <Frame code={code} title={s.page.editOf} name={segment.name}>
          <Editor key={code} segment={segment} />
        </Frame>
      )}
    </QueryView>
  );
}

interface FrameProps {
  code?: string;
  title: string;
  name?: string;
  children: ReactNode;
}

function Frame({ code, title, name, children }: FrameProps) {
  const s = useT().segments;
  return (
    <>
      <BackNav label={s.title}>
        {code === undefined ? (
          <Link to="/segments">← {s.title}</Link>
        ) : (
          <Link to="/segments/$code" params={{ code }}>
            ← <span translate="no">{name ?? code}</span>
          </Link>
        )}
      </BackNav>
      <PageHeader title={title} meta={name && <span translate="no">{name}</span>} />
      {children}
    </>
  );
}

interface EditorProps {
  segment: Segment | null;
  /** What a new one begins with: an example, or a rule. */
  example?: string;
  rule?: string;
}

function useEditor({ segment, example, rule }: EditorProps) {
  const t = useT();
  const { segments: s, segmentEditor: e } = t;
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const empty = isExample(example)
    ? { ...s.examples[example], code: EXAMPLES[example].code, text: inLines(EXAMPLES[example].text) }
    : { ...EMPTY, text: inLines(rule ?? '') };
  const kept = isExample(example) ? `segment-example.${example}` : rule ? `segment-of.${rule}` : 'segment-new';
  return useVersioned<Segment, SegmentForm>({
    thing: segment,
    empty,
    formOf,
    draft: segment ? `segment.${segment.code}` : kept,
    labelOf: (field) => (field === 'text' ? e.rule : e[field]),
    faultsOf: (form) => faultsOf(t, form),
    taken: { code: e.taken },
    create: (form, key) => createSegment(form.code, settingsOf(form), key),
    update: ({ code, version }, form) => updateSegment(code, version, settingsOf(form)),
    latest: ({ code }) => queryClient.fetchQuery({ ...segmentQuery(code), staleTime: 0 }),
    done: segment ? e.saved : e.created,
    onSaved: (saved) => {
      queryClient.invalidateQueries({ queryKey: ['segments'] });
      queryClient.invalidateQueries({ queryKey: ['rules'] });
      queryClient.setQueryData(segmentQuery(saved.code).queryKey, saved);
      navigate({ to: '/segments/$code', params: { code: saved.code }, ignoreBlocker: true });
    },
    onClose: () => {},
  });
}

/** What the server says of a rule, a moment after the last key: an answer to another text is no answer. */
function useRead(typed: string) {
  const [text] = useDebouncedValue(typed, DEBOUNCE_MS);
  const isAsked = text.trim() !== '';
  const query = useQuery({ ...readQuery(text), enabled: isAsked });
  const isAnswered = isAsked && query.data !== undefined && !query.isPlaceholderData;
  const problems = isAnswered ? query.data.problems : null;
  // The last one that could be used stays until the next one is read.
  const [usable, setUsable] = useState<string | null>(null);
  const isUsable = problems?.length === 0;
  const next = isAsked && problems === null ? usable : isUsable ? text : null;
  if (next !== usable) setUsable(next);
  return {
    /** Of just what is typed. */
    problems: text === typed ? problems : null,
    error: isAsked ? query.error : null,
    usable: next,
    isBusy: text !== typed || (isAsked && !isAnswered),
  };
}

function Editor(props: EditorProps) {
  const t = useT();
  const fmt = useFmt();
  const e = t.segmentEditor;
  const edited = useEditor(props);
  const { form, base, changed, isSaving, submit } = edited;
  const { ref, ask } = useFocusFault(form.errors);
  const field = useRef<HTMLTextAreaElement>(null);
  const { problems, error, usable, isBusy } = useRead(form.values.text);
  const faults = Object.values(form.errors).filter(Boolean).length;
  const [view, setView] = useRuleView();
  const tree = useTree(form.values.text, (text) => form.set('text', text));
  const insert = (offer: Offer) => {
    if (view === 'form') return tree.add(offer.text);
    const area = field.current;
    if (!area) return;
    const { text, select } = placed(area.value, area.selectionStart, offer);
    const at = area.selectionStart;
    area.focus();
    area.setSelectionRange(at, at);
    // As if it were typed, so that it can be undone as what is typed.
    if (!document.execCommand('insertText', false, text))
      form.set('text', area.value.slice(0, at) + text + area.value.slice(at));
    requestAnimationFrame(() => area.setSelectionRange(at + select[0], at + select[1]));
  };
  return (
    <form
      ref={ref}
      className={css.columns}
      onSubmit={(event) => {
        event.preventDefault();
        ask();
        submit();
      }}
      noValidate
      data-testid="segment-editor"
    >
      <div className={`${css.stack} ${css.formPlace}`}>
        <Unsaved of={edited} />
        <Panel title={e.about}>
          <div className={css.stack}>
            <div className={css.two}>
              <TextInput
                label={e.name}
                maxLength={NAME_MAX}
                {...(base ? form.field('name') : suggestingCode(form, 'name', 'code'))}
              />
              <TextInput
                label={e.code}
                description={base ? e.codeStays : e.codeHint}
                maxLength={CODE_MAX}
                disabled={base !== null}
                {...form.field('code')}
              />
            </div>
            <Textarea
              label={e.description}
              description={e.descriptionHint}
              maxLength={DESCRIPTION_MAX}
              rows={2}
              translate="no"
              {...form.field('description')}
            />
            <RuleEditor
              view={view}
              onView={setView}
              tree={tree}
              field={field}
              value={form.values.text}
              error={form.errors.text}
              problems={problems}
              failure={error}
              onChange={(text) => form.set('text', text)}
            />
          </div>
        </Panel>
        <div className={css.foot}>
          {faults > 0 ? (
            <p role="alert" className={css.faults}>
              {e.faults(fmt.count(faults))}
            </p>
          ) : (
            base && <p className={css.footNote}>{e.newVersion}</p>
          )}
          {base ? (
            <Button
              variant="default"
              renderRoot={(button) => <Link {...button} to="/segments/$code" params={{ code: base.code }} />}
            >
              {t.common.cancel}
            </Button>
          ) : (
            <Button component={Link} to="/segments" variant="default">
              {t.common.cancel}
            </Button>
          )}
          <Button type="submit" loading={isSaving} disabled={base !== null && !changed}>
            {base ? e.save : e.create}
          </Button>
        </div>
      </div>
      <div className={css.answerPlace}>
        <AnswerPanel text={usable} hasText={form.values.text.trim() !== ''} isOld={isBusy} />
      </div>
      <div className={css.cataloguePlace}>
        <CataloguePanel onInsert={insert} />
      </div>
    </form>
  );
}
