import { CODE_MAX, codeFault, NAME_MAX } from '@/app/forms/codes';
import type { Messages } from '@/shared/i18n';
import type { MatrixSettings } from './api';
import type { Matrix, MatrixContent, MatrixStage } from './types';

// A matrix as it is edited: rows are contents, columns are stages of the layer.

export const CONTENTS_MAX = 100;
export const URL_MAX = 2000;
const PAGE_ADDRESS = /^https?:\/\/[^\s/][^\s]*$/;

/** Contents are kept as one text, so that a draft and a comparison with what others saved have them as they stand. */
export interface MatrixForm {
  name: string;
  contents: string;
}

export const contentsOf = ({ contents }: Pick<MatrixForm, 'contents'>): MatrixContent[] => JSON.parse(contents);

/** Without what the layer does not have any more: it is not saved again. */
export function formOf({ name, contents, gone_stages }: Matrix): MatrixForm {
  const kept = contents.map((one) => ({ ...one, stages: one.stages.filter((code) => !gone_stages.includes(code)) }));
  return { name, contents: JSON.stringify(kept) };
}

export const settingsOf = (form: MatrixForm): MatrixSettings => ({ name: form.name, contents: contentsOf(form) });

/** The cell of a content and a stage is turned over; stages stay in the order of the layer. */
export function toggled(
  contents: MatrixContent[],
  content: string,
  stage: string,
  order: Pick<MatrixStage, 'code'>[],
): MatrixContent[] {
  return contents.map((one) => {
    if (one.code !== content) return one;
    const isOn = one.stages.includes(stage);
    const is = (code: string) => (code === stage ? !isOn : one.stages.includes(code));
    return { ...one, stages: order.map(({ code }) => code).filter(is) };
  });
}

/** What is still empty, by code. */
export function lacksOf(contents: MatrixContent[], stages: Pick<MatrixStage, 'code'>[]) {
  const codes = new Set(stages.map(({ code }) => code));
  const named = new Set(contents.flatMap((one) => one.stages));
  return {
    stages: new Set([...codes].filter((code) => !named.has(code))),
    contents: new Set(contents.filter((one) => !one.stages.some((code) => codes.has(code))).map(({ code }) => code)),
  };
}

export interface Cell {
  content: string;
  stage: string;
}

/** What a publication changes: cells that are shown from then on, those that are not any more, and other names or addresses. */
export function differenceOf(before: MatrixContent[], after: MatrixContent[]) {
  const cells = (contents: MatrixContent[]) =>
    contents.flatMap(({ code, stages }) => stages.map((stage): Cell => ({ content: code, stage })));
  const isIn = (all: Cell[], cell: Cell) =>
    all.some(({ content, stage }) => content === cell.content && stage === cell.stage);
  const [was, is] = [cells(before), cells(after)];
  const renamed = after.filter(({ code, name, url }) => {
    const known = before.find((one) => one.code === code);
    return known !== undefined && (known.name !== name || known.url !== url);
  });
  return {
    shown: is.filter((cell) => !isIn(was, cell)),
    hidden: was.filter((cell) => !isIn(is, cell)),
    renamed: renamed.map(({ code }) => code),
  };
}

/** Where the arrows lead from a cell; null: the key means nothing here. */
export function moveOf(key: string, { row, column }: Place, rows: number, columns: number): Place | null {
  const within = (place: number, count: number) => Math.min(Math.max(place, 0), count - 1);
  switch (key) {
    case 'ArrowUp':
      return { row: within(row - 1, rows), column };
    case 'ArrowDown':
      return { row: within(row + 1, rows), column };
    case 'ArrowLeft':
      return { row, column: within(column - 1, columns) };
    case 'ArrowRight':
      return { row, column: within(column + 1, columns) };
    case 'Home':
      return { row, column: 0 };
    case 'End':
      return { row, column: columns - 1 };
    default:
      return null;
  }
}

export interface Place {
  row: number;
  column: number;
}

/** As it is typed. */
export interface ContentForm {
  code: string;
  name: string;
  url: string;
  stages: string[];
}

export const CONTENT: ContentForm = { code: '', name: '', url: '', stages: [] };

export const typedOf = (contents: MatrixContent[]): ContentForm[] =>
  contents.map((one) => ({ ...one, url: one.url ?? '' }));

export const readOf = (typed: ContentForm[]): MatrixContent[] =>
  typed.map(({ code, name, url, stages }) => ({
    code: code.trim(),
    name: name.trim(),
    url: url.trim() === '' ? null : url.trim(),
    stages,
  }));

export type ContentFaults = Partial<Record<'code' | 'name' | 'url', string>>;

/** What is wrong with each, before it is sent. */
export function contentFaults(t: Messages, typed: ContentForm[]): ContentFaults[] {
  const m = t.matrices.contentForm;
  return typed.map(({ code, name, url }, place) => {
    const faults: ContentFaults = { ...codeFault(t, code, m.codeHint) };
    const isTwice = typed.findIndex((one) => one.code.trim() === code.trim()) < place;
    if (!faults.code && isTwice) faults.code = m.twice;
    if (name.trim() === '' || name.trim().length > NAME_MAX) faults.name = t.access.required;
    if (url.trim() !== '' && !PAGE_ADDRESS.test(url.trim())) faults.url = m.urlWrong;
    return faults;
  });
}

/** For whoever is told what others saved. */
export const saidContents = (contents: string) =>
  contentsOf({ contents })
    .map(({ name, stages }) => `${name}: ${stages.join(', ')}`)
    .join('; ')
    .slice(0, CODE_MAX * 10);
