import type { Search } from '@/app/search';
import { isTarget, NAME_MAX } from '../limits';
import { minorOf } from '../money';
import type { NewCode } from '../types';
import { readTable } from './table';

// From what a person types to the codes that will be made. Nothing is sent before all of them are right, because the server
// makes all or none.

/** As the server has them. */
export const CODES_MAX = 1000;
export const PARAMETERS_MAX = 12;
const PARAMETER_NAME = /^[a-z0-9_]{1,40}$/;
const RESERVED = ['code_id', 'region'];
const VALUE_BYTES_MAX = 100;
const COST_MINOR_MAX = 1_000_000_000_000;

export type Way = 'combine' | 'paste';

/** One parameter with the values that it takes, one a line. */
export interface ValueList {
  name: string;
  values: string;
}

export interface NewCodesForm {
  way: Way;
  name: string;
  touch_point: string;
  target: string;
  /** Of each code, as typed. */
  cost: string;
  lists: ValueList[];
  text: string;
}

export const EMPTY: NewCodesForm = {
  way: 'combine',
  name: '',
  touch_point: '',
  target: '',
  cost: '',
  lists: [],
  text: '',
};

/** A page that is to be reached by a code, such as a form, names itself in the address. */
export function begunOf({ name = '', touch_point = '', target = '' }: Search): NewCodesForm {
  return { ...EMPTY, name, touch_point, target };
}

export type Fault =
  | 'name'
  | 'touch_point'
  | 'target'
  | 'cost'
  | 'parameter_name'
  | 'parameter_value'
  | 'too_many_parameters'
  | 'same_parameter'
  | 'no_values'
  | 'columns'
  | 'too_many'
  | 'nothing';

/** What is wrong: of a field of the form, or of a line that was pasted. */
export interface Problem {
  fault: Fault;
  line: number | null;
  /** What stands there, as far as it helps to find it. */
  found: string;
}

export interface Planned {
  codes: NewCode[];
  problems: Problem[];
  /** How many there would be; also where they are too many to be made. */
  count: number;
  /** Codes of which another one of this plan has the same name and parameters: to be looked at, not wrong. */
  alike: number;
}

export interface Known {
  exponent: number;
  /** A touch-point's code by its code or one of its names, in small letters; those that take facts. */
  touchPoints: Map<string, string>;
}

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

const hasControl = (text: string) => [...text].some((letter) => letter < ' ' || letter === '\u007f');

export function plan(form: NewCodesForm, known: Known): Planned {
  const made = form.way === 'combine' ? combine(form, known) : fromText(form, known);
  const seen = new Map<string, number>();
  for (const { name, parameters } of made.codes) {
    const key = JSON.stringify([name, Object.entries(parameters).sort()]);
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  const alike = [...seen.values()].reduce((total, times) => total + (times > 1 ? times : 0), 0);
  return { ...made, alike };
}

type Made = Omit<Planned, 'alike'>;

const wrong = (fault: Fault, found = '', line: number | null = null): Problem => ({ fault, line, found });

/** What is said once for all codes. A column of pasted text may say it for each instead. */
function common(form: NewCodesForm, known: Known, said: Set<string>): Problem[] {
  const problems: Problem[] = [];
  if (!said.has('touch_point') && !known.touchPoints.has(form.touch_point)) problems.push(wrong('touch_point'));
  if (!said.has('target') && !isTarget(form.target.trim())) problems.push(wrong('target', form.target.trim()));
  if (!said.has('cost') && costOf(form.cost, known) === null) problems.push(wrong('cost', form.cost.trim()));
  return problems;
}

function costOf(text: string, { exponent }: Known): number | null {
  const minor = minorOf(text, exponent);
  return minor !== null && minor <= COST_MINOR_MAX ? minor : null;
}

/** One code for each combination of values; without parameters a single one. */
function combine(form: NewCodesForm, known: Known): Made {
  const lists = form.lists.map(({ name, values }) => ({
    name: name.trim(),
    values: [...new Set(values.split('\n').map((one) => one.trim()))].filter((one) => one !== ''),
  }));
  const problems = [...common(form, known, new Set()), ...faultsOfNames(lists.map(({ name }) => name))];
  for (const { name, values } of lists) {
    if (values.length === 0) problems.push(wrong('no_values', name));
    for (const value of values) if (!isValue(value)) problems.push(wrong('parameter_value', value));
  }
  const count = lists.reduce((product, { values }) => product * values.length, 1);
  if (count > CODES_MAX) problems.push(wrong('too_many'));
  if (problems.length > 0) return { codes: [], problems, count };
  const codes = product(lists).map((parameters): NewCode => {
    // What is the same for all does not tell one from another.
    const telling = lists.filter(({ values }) => values.length > 1).map(({ name }) => parameters[name] ?? '');
    const name = [form.name.trim(), ...telling].filter((part) => part !== '').join(' · ');
    return {
      name,
      touch_point: form.touch_point,
      target: form.target.trim(),
      cost_minor: costOf(form.cost, known) ?? 0,
      parameters,
    };
  });
  const nameless = codes.find(({ name }) => !isName(name));
  return nameless ? { codes: [], problems: [wrong('name', nameless.name)], count } : { codes, problems, count };
}

function product(lists: { name: string; values: string[] }[]): Record<string, string>[] {
  return lists.reduce<Record<string, string>[]>(
    (made, { name, values }) => made.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

const isName = (name: string) => name !== '' && [...name].length <= NAME_MAX && !hasControl(name);
const isValue = (value: string) => value !== '' && bytesOf(value) <= VALUE_BYTES_MAX && !hasControl(value);

function faultsOfNames(names: string[]): Problem[] {
  const problems: Problem[] = [];
  if (names.length > PARAMETERS_MAX) problems.push(wrong('too_many_parameters'));
  for (const [place, name] of names.entries()) {
    if (!PARAMETER_NAME.test(name) || RESERVED.includes(name)) problems.push(wrong('parameter_name', name));
    else if (names.indexOf(name) < place) problems.push(wrong('same_parameter', name));
  }
  return problems;
}

/** Columns that are no parameters, and what people call those that are. */
const ALIASES: Record<string, string> = {
  名称: 'name',
  触点: 'touch_point',
  'touch-point': 'touch_point',
  目标: 'target',
  链接: 'target',
  url: 'target',
  成本: 'cost',
  渠道: 'channel',
  地点: 'place',
  物料: 'material',
  员工: 'staff',
};
const OWN = ['name', 'touch_point', 'target', 'cost'];

const columnOf = (cell: string) => {
  const name = cell.trim().toLowerCase();
  return ALIASES[name] ?? name.replaceAll(' ', '_');
};

/** Names one a line; or a table whose first line names its columns: `name`, and parameters. */
function fromText(form: NewCodesForm, known: Known): Made {
  const table = readTable(form.text);
  const [head, ...rest] = table;
  if (!head) return { codes: [], problems: [...common(form, known, new Set()), wrong('nothing')], count: 0 };
  const columns = head.cells.map(columnOf);
  const hasHead = columns.includes('name');
  if (!hasHead && table.some(({ cells }) => cells.length > 1))
    return { codes: [], problems: [...common(form, known, new Set()), wrong('columns', '', head.line)], count: 0 };
  const rows = hasHead ? rest : table;
  const parts = hasHead ? columns : ['name'];
  const parameters = parts.filter((part) => !OWN.includes(part) && part !== '');
  const problems = [
    ...common(form, known, new Set(parts)),
    ...faultsOfNames(parameters),
    ...parts
      .filter((part, place) => OWN.includes(part) && parts.indexOf(part) < place)
      .map((part) => wrong('same_parameter', part)),
  ];
  if (rows.length === 0) problems.push(wrong('nothing'));
  if (rows.length > CODES_MAX) return { codes: [], problems: [...problems, wrong('too_many')], count: rows.length };
  const codes = rows.map(({ line, cells }) => {
    const cell = (part: string) => cells[parts.indexOf(part)] ?? '';
    const touchPoint = cell('touch_point');
    const at = touchPoint === '' ? form.touch_point : known.touchPoints.get(touchPoint.toLowerCase());
    const target = cell('target') || form.target.trim();
    const cost = costOf(cell('cost') || form.cost, known);
    const named = parameters.map((part) => [part, cell(part)] as const).filter(([, value]) => value !== '');
    if (!isName(cell('name'))) problems.push(wrong('name', cell('name'), line));
    if (parts.includes('touch_point') && (at === undefined || at === ''))
      problems.push(wrong('touch_point', touchPoint, line));
    if (parts.includes('target') && !isTarget(target)) problems.push(wrong('target', target, line));
    if (parts.includes('cost') && cost === null) problems.push(wrong('cost', cell('cost'), line));
    for (const [, value] of named) if (!isValue(value)) problems.push(wrong('parameter_value', value, line));
    return {
      name: cell('name'),
      touch_point: at ?? '',
      target,
      cost_minor: cost ?? 0,
      parameters: Object.fromEntries(named),
    };
  });
  return { codes: problems.length > 0 ? [] : codes, problems, count: rows.length };
}

const FAULT_OF_FIELD: Record<string, Fault> = {
  name: 'name',
  touch_point: 'touch_point',
  target: 'target',
  cost_minor: 'cost',
  parameters: 'parameter_value',
};

/** What the server has refused of the plan, by its pointer: `/codes/3/target` is the target of the fourth. */
export function refusedOf(pointer: string): { place: number; fault: Fault } | null {
  const [, place, field = ''] = /^\/codes\/(\d+)\/(\w+)/.exec(pointer) ?? [];
  const fault = FAULT_OF_FIELD[field];
  return place !== undefined && fault ? { place: Number(place) + 1, fault } : null;
}
