import { ActionIcon, Button } from '@mantine/core';
import { IconAlertTriangle, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { offersOf } from '../editor/offers';
import type { Catalogue, ClauseCount, RuleCount, RuleProblem } from '../types';
import css from './builder.module.css';
import { ConditionFields } from './ConditionFields';
import { ChoiceField } from './fields';
import { Picker } from './Picker';
import { added, type Clause, type Group, group, type Leaf, type Node, negated, printed, replaced } from './tree';
import type { Tree } from './useTree';

interface Props {
  catalogue: Catalogue;
  tree: Tree & { tree: Group };
  /** Of just what stands here; null while they are not known. */
  problems: RuleProblem[] | null;
  /** Of just what stands here. */
  counted: RuleCount | undefined;
}

interface Context extends Props {
  offers: ReturnType<typeof offersOf>;
  /** Of each condition its place, counted from one, and what is known of it. */
  of: Map<string, { place: string; count: ClauseCount | undefined; problems: RuleProblem[] }>;
}

/** A rule as conditions with fields, in groups. What is chosen here is written as text, and the other way round. */
export function Builder(props: Props) {
  const t = useT();
  const fmt = useFmt();
  const { tree, catalogue, counted, problems } = props;
  const offers = useMemo(() => offersOf(t, catalogue), [t, catalogue]);
  const { leaves } = printed(tree.tree);
  const isCounted = counted?.clauses.length === leaves.length;
  const context: Context = {
    ...props,
    offers,
    of: new Map(
      leaves.map(({ id, from, to }: Leaf, index) => [
        id,
        {
          place: fmt.count(index + 1),
          count: isCounted ? counted?.clauses[index] : undefined,
          problems: (problems ?? []).filter((one) => one.from !== null && one.from >= from && one.from < to),
        },
      ]),
    ),
  };
  const elsewhere = (problems ?? []).filter(
    ({ from }) => from === null || !leaves.some((leaf) => from >= leaf.from && from < leaf.to),
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is pressed in its fields is heard here once for all
    <div className={css.builder} data-testid="builder" onKeyDown={onEnter}>
      <GroupView node={tree.tree} root context={context} />
      {elsewhere.map(({ message }) => (
        <Problem key={message} message={message} />
      ))}
    </div>
  );
}

/** Whoever has filled in a condition goes on with the next one: Enter is no "save" in here. */
function onEnter(event: KeyboardEvent<HTMLElement>) {
  const { target } = event;
  if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
  if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement)) return;
  event.preventDefault();
  target.closest('[data-group]')?.querySelector<HTMLElement>(':scope > [data-foot] [data-picker]')?.focus();
}

function Problem({ message }: { message: string }) {
  return (
    <p className={css.problem}>
      <IconAlertTriangle size={14} aria-hidden="true" /> <span lang="en">{message}</span>
    </p>
  );
}

interface GroupProps {
  node: Group;
  root?: boolean;
  isNot?: boolean;
  /** Of the node that stands around it where it is asked not to hold. */
  outer?: string;
  context: Context;
}

function GroupView({ node, root, isNot = false, outer, context }: GroupProps) {
  const b = useT().ruleBuilder;
  const { tree, offers } = context;
  const id = outer ?? node.id;
  const kind = (next: Group['kind']) =>
    tree.change(
      replaced(tree.tree, node.id, (one) =>
        one.kind === 'clause' || one.kind === 'not' ? one : { ...one, kind: next },
      ),
    );
  return (
    // biome-ignore lint/a11y/useSemanticElements: conditions that belong together, not one set of fields of a form
    <div role="group" aria-label={root ? b.group : b.inner} className={root ? css.root : css.inner} data-group>
      <div className={css.groupHead}>
        {(node.parts.length > 1 || !root) && (
          <ChoiceField
            label={b.kindOf}
            value={node.kind}
            data={(['all', 'any'] as const).map((value) => ({ value, label: b.kinds[value] }))}
            onChange={kind}
          />
        )}
        {!root && (
          <>
            <NotToggle pressed={isNot} label={b.notGroup} onPress={() => tree.change(negated(tree.tree, id))} />
            <ActionIcon
              size={28}
              className={css.remove}
              aria-label={b.removeGroup}
              onClick={() => tree.change(replaced(tree.tree, id, () => null))}
            >
              <IconX size={16} />
            </ActionIcon>
          </>
        )}
      </div>
      {node.parts.length === 0 && root && <p className="muted">{b.empty}</p>}
      <ul className={css.parts}>
        {node.parts.map((part, place) => (
          <li key={part.id}>
            {place > 0 && <span className={css.join}>{b.joins[node.kind]}</span>}
            <Part node={part} context={context} />
          </li>
        ))}
      </ul>
      <div className={css.groupFoot} data-foot>
        <Picker label={root ? b.add : b.addTo(b.inner)} offers={offers} onPick={(text) => tree.add(text, node.id)} />
        <Button
          size="xs"
          variant="default"
          onClick={() => tree.change(added(tree.tree, node.id, group(node.kind === 'all' ? 'any' : 'all')))}
        >
          {b.addGroup}
        </Button>
      </div>
    </div>
  );
}

function Part({ node, context }: { node: Node; context: Context }) {
  if (node.kind === 'clause') return <ClauseView node={node} context={context} />;
  if (node.kind !== 'not') return <GroupView node={node} context={context} />;
  const { part } = node;
  if (part.kind === 'clause') return <ClauseView node={part} isNot outer={node.id} context={context} />;
  return <GroupView node={part} isNot outer={node.id} context={context} />;
}

interface ClauseProps {
  node: Clause;
  isNot?: boolean;
  outer?: string;
  context: Context;
}

function ClauseView({ node, isNot = false, outer, context }: ClauseProps) {
  const b = useT().ruleBuilder;
  const { tree, catalogue, of } = context;
  const { place = '', count, problems = [] } = of.get(node.id) ?? {};
  const box = useRef<HTMLDivElement>(null);
  const isFresh = tree.fresh === node.id;
  useEffect(() => {
    if (isFresh) box.current?.querySelector<HTMLElement>('[data-first]')?.focus();
  }, [isFresh]);
  const id = outer ?? node.id;
  return (
    // biome-ignore lint/a11y/useSemanticElements: one condition among others
    <div
      ref={box}
      role="group"
      aria-label={b.condition(place)}
      className={css.clause}
      data-wrong={problems.length > 0 || undefined}
      data-testid="condition"
    >
      <div className={css.fields}>
        <NotToggle pressed={isNot} label={b.notOf(place)} onPress={() => tree.change(negated(tree.tree, id))} />
        <ConditionFields
          catalogue={catalogue}
          text={node.text}
          onChange={(text) =>
            tree.change(replaced(tree.tree, node.id, (one) => (one.kind === 'clause' ? { ...one, text } : one)))
          }
        />
        <ActionIcon
          size={28}
          className={css.remove}
          aria-label={b.remove(place)}
          onClick={(event) => {
            const around = event.currentTarget.closest('[data-group]');
            tree.change(replaced(tree.tree, id, () => null));
            around?.querySelector<HTMLElement>(':scope > [data-foot] [data-picker]')?.focus();
          }}
        >
          <IconX size={16} />
        </ActionIcon>
      </div>
      {problems.map(({ message }) => (
        <Problem key={message} message={message} />
      ))}
      {count && <Contribution count={count} context={context} />}
    </div>
  );
}

/** What a condition means by itself, and what the rule would mean if it were not there. */
function Contribution({ count, context: { counted } }: { count: ClauseCount; context: Context }) {
  const t = useT();
  const b = t.ruleBuilder;
  const c = t.segments.clauses;
  const fmt = useFmt();
  if (!counted) return null;
  const by = count.without - counted.count;
  const moved = by === 0 ? c.same : by > 0 ? c.more(fmt.count(by)) : c.fewer(fmt.count(-by));
  return (
    <p className={css.contribution} data-testid="contribution">
      <span className={css.track} aria-hidden="true">
        <span style={{ width: `${counted.everybody === 0 ? 0 : (100 * count.count) / counted.everybody}%` }} />
      </span>
      {b.alone(fmt.count(count.count))}
      {counted.clauses.length > 1 && ` · ${b.without(moved)}`}
    </p>
  );
}

function NotToggle({ pressed, label, onPress }: { pressed: boolean; label: string; onPress: () => void }) {
  const b = useT().ruleBuilder;
  return (
    <button type="button" className={css.not} aria-pressed={pressed} aria-label={label} title={label} onClick={onPress}>
      {b.not}
    </button>
  );
}
