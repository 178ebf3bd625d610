import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { CODE_MAX, codeFrom, NAME_MAX } from '@/app/forms/codes';
import { ApiError } from '@/shared/api/client';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import dialog from '@/shared/ui/dialog.module.css';
import { errorDetail } from '@/shared/ui/errorText';
import { useFocusBack } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { notify } from '@/shared/ui/notify';
import { OrderedFields } from '@/shared/ui/OrderedFields';
import { errorText } from '@/shared/ui/StateView';
import { matricesQuery, matrixQuery, publishMatrix, removeMatrix } from './api';
import {
  type Cell,
  CONTENT,
  CONTENTS_MAX,
  type ContentFaults,
  type ContentForm,
  contentFaults,
  differenceOf,
  readOf,
  typedOf,
  URL_MAX,
} from './grid';
import css from './matrices.module.css';
import type { Matrix, MatrixContent } from './types';

interface ContentsProps {
  contents: MatrixContent[];
  onApply: (contents: MatrixContent[]) => void;
  onClose: () => void;
}

/** Which contents there are, in which order. Which stages see them stays as it is; it is saved with the grid. */
export function ContentsDialog({ contents, onApply, onClose }: ContentsProps) {
  const t = useT();
  const m = t.matrices;
  const f = m.contentForm;
  const [typed, setTyped] = useState<ContentForm[]>(contents.length === 0 ? [CONTENT] : typedOf(contents));
  const [faults, setFaults] = useState<ContentFaults[]>([]);
  useFocusBack();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = contentFaults(t, typed);
    setFaults(found);
    if (found.every((one) => Object.keys(one).length === 0)) onApply(readOf(typed));
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={m.editContents}
      size="lg"
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <form noValidate className={dialog.stack} onSubmit={submit}>
        <OrderedFields<ContentForm>
          legend={m.tabs.contents}
          isTitled
          words={f}
          items={typed}
          most={CONTENTS_MAX}
          add={f.add}
          made={CONTENT}
          onChange={(next) => {
            setTyped(next);
            setFaults([]);
          }}
        >
          {(content, { place, number, tools, change }) => (
            <>
              <div className={css.head}>
                <span className="muted">{f.number(number)}</span>
                {tools}
              </div>
              <div className={css.two}>
                <TextInput
                  label={f.name}
                  maxLength={NAME_MAX}
                  value={content.name}
                  error={faults[place]?.name}
                  onChange={(event) => {
                    const name = event.currentTarget.value;
                    const code = content.code === codeFrom(content.name) ? codeFrom(name) : content.code;
                    change({ ...content, name, code });
                  }}
                />
                <TextInput
                  label={f.code}
                  maxLength={CODE_MAX}
                  value={content.code}
                  error={faults[place]?.code}
                  onChange={(event) => change({ ...content, code: event.currentTarget.value })}
                />
              </div>
              <TextInput
                label={f.url}
                type="url"
                maxLength={URL_MAX}
                value={content.url}
                error={faults[place]?.url}
                onChange={(event) => change({ ...content, url: event.currentTarget.value })}
              />
            </>
          )}
        </OrderedFields>
        <div className={dialog.foot}>
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit">{f.apply}</Button>
        </div>
      </form>
    </Modal>
  );
}

/** Lines of a difference that are shown. */
const LINES_MAX = 30;

/** What customers are shown from then on and what not any more, before it is so. */
export function PublishDialog({ matrix, onClose }: { matrix: Matrix; onClose: () => void }) {
  const t = useT();
  const m = t.matrices;
  const p = m.publishing;
  const queryClient = useQueryClient();
  useFocusBack();
  const publish = useMutation({
    mutationFn: () => publishMatrix(matrix),
    onSuccess: (published) => {
      queryClient.setQueryData(matrixQuery(matrix.code).queryKey, published);
      queryClient.invalidateQueries({ queryKey: matricesQuery.queryKey });
      notify(p.done);
      onClose();
    },
    onError: (error) => {
      const isOvertaken = error instanceof ApiError && (error.status === 412 || error.status === 409);
      notify([isOvertaken ? p.overtaken : errorText(t, error), errorDetail(error)].filter(Boolean).join(' '), 'danger');
      if (!isOvertaken) return;
      queryClient.invalidateQueries({ queryKey: matrixQuery(matrix.code).queryKey });
      onClose();
    },
  });
  const { shown, hidden, renamed } = differenceOf(matrix.published?.contents ?? [], matrix.contents);
  const nameOf = (code: string) => matrix.layer.stages.find((one) => one.code === code)?.name ?? code;
  const contentOf = (code: string) =>
    [...matrix.contents, ...(matrix.published?.contents ?? [])].find((one) => one.code === code)?.name ?? code;
  const said = ({ content, stage }: Cell) => p.cell(nameOf(stage), contentOf(content));
  return (
    <ConfirmDialog
      title={p.title}
      text={p.text}
      action={m.publish}
      working={publish.isPending}
      onConfirm={() => publish.mutate()}
      onClose={onClose}
      more={
        <div className={css.stack} data-testid="difference">
          <Lines title={p.shown} lines={shown.map(said)} none={p.none} />
          <Lines title={p.hidden} lines={hidden.map(said)} none={p.none} />
          {renamed.length > 0 && <Lines title={p.renamed} lines={renamed.map(contentOf)} none={p.none} />}
          {matrix.uncovered_stages.length > 0 && (
            <Notice tone="warning">{p.uncovered(matrix.uncovered_stages.map(nameOf).join(', '))}</Notice>
          )}
        </div>
      }
    />
  );
}

function Lines({ title, lines, none }: { title: string; lines: string[]; none: string }) {
  const m = useT().matrices;
  const fmt = useFmt();
  return (
    <section>
      <h3 className={css.sub}>{title}</h3>
      {lines.length === 0 ? (
        <p className="muted">{none}</p>
      ) : (
        <ul className={css.lines}>
          {lines.slice(0, LINES_MAX).map((line) => (
            <li key={line} translate="no">
              {line}
            </li>
          ))}
          {lines.length > LINES_MAX && <li>{m.publishing.more(fmt.count(lines.length - LINES_MAX))}</li>}
        </ul>
      )}
    </section>
  );
}

/** Gone with what is published of it. */
export function RemoveDialog({ matrix, onDrop, onClose }: { matrix: Matrix; onDrop: () => void; onClose: () => void }) {
  const t = useT();
  const m = t.matrices;
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  useFocusBack();
  const remove = useMutation({
    mutationFn: () => removeMatrix(matrix),
    onSuccess: () => {
      onDrop();
      notify(m.removed);
      queryClient.invalidateQueries({ queryKey: matricesQuery.queryKey });
      navigate({ to: '/matrices', ignoreBlocker: true });
    },
    onError: (error) => {
      const isOvertaken = error instanceof ApiError && error.status === 412;
      notify(isOvertaken ? m.publishing.overtaken : errorText(t, error), 'danger');
      queryClient.invalidateQueries({ queryKey: matrixQuery(matrix.code).queryKey });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      danger
      title={m.remove}
      text={m.removeText(matrix.name)}
      action={m.remove}
      working={remove.isPending}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}
