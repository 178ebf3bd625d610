import { UnstyledButton } from '@mantine/core';
import { type KeyboardEvent, memo, useMemo, useRef, useState } from 'react';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { ScrollRegion } from '@/shared/ui/ScrollRegion';
import { lacksOf, moveOf, type Place } from './grid';
import css from './matrices.module.css';
import type { MatrixContent, MatrixStage } from './types';

interface Props {
  label: string;
  contents: MatrixContent[];
  stages: MatrixStage[];
  /** None: it is only looked at. */
  onToggle?: (content: string, stage: string) => void;
}

/**
 * Contents by stages. One cell is a stop of the keyboard, and arrows lead from cell to cell; space turns one over. What is empty is
 * said in words, at the head of its row or column.
 */
export function Grid({ label, contents, stages, onToggle }: Props) {
  const m = useT().matrices;
  const table = useRef<HTMLTableElement>(null);
  const [at, setAt] = useState<Place>({ row: 0, column: 0 });
  const lacks = useMemo(() => lacksOf(contents, stages), [contents, stages]);
  // Rows and columns may have gone meanwhile.
  const row = Math.min(at.row, contents.length - 1);
  const column = Math.min(at.column, stages.length - 1);
  const pressed = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const next = moveOf(event.key, { row, column }, contents.length, stages.length);
    if (!next) return;
    event.preventDefault();
    setAt(next);
    table.current?.querySelector<HTMLElement>(`[data-cell="${next.row}:${next.column}"]`)?.focus();
  };
  return (
    <ScrollRegion label={label} className={css.scroll}>
      <table
        ref={table}
        role={onToggle ? 'grid' : undefined}
        aria-label={label}
        className={css.grid}
        data-testid="grid"
        onKeyDown={onToggle && pressed}
      >
        <thead>
          <tr>
            <th scope="col">{m.contentByStage}</th>
            {stages.map(({ code, name }) => (
              <th key={code} scope="col" data-stage={code} data-empty={lacks.stages.has(code) || undefined}>
                <span translate="no">{name}</span>
                {lacks.stages.has(code) && (
                  <span className={css.lack}>
                    <Chip tone="warning">{m.uncovered}</Chip>
                  </span>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {contents.map((content, place) => (
            <Row
              key={content.code}
              text={JSON.stringify(content)}
              place={place}
              stages={stages}
              isUnused={lacks.contents.has(content.code)}
              uncovered={[...lacks.stages].join()}
              stop={place === row ? column : null}
              onToggle={onToggle}
              onStop={setAt}
            />
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

interface RowProps {
  /** Its content as JSON: a row whose text is the same is not drawn again. */
  text: string;
  place: number;
  stages: MatrixStage[];
  isUnused: boolean;
  /** Codes of stages that see nothing. */
  uncovered: string;
  /** The column that is a stop of the keyboard. */
  stop: number | null;
  onToggle?: (content: string, stage: string) => void;
  onStop: (at: Place) => void;
}

const Row = memo(function Row({ text, place, stages, isUnused, uncovered, stop, onToggle, onStop }: RowProps) {
  const m = useT().matrices;
  const content: MatrixContent = JSON.parse(text);
  const empty = uncovered.split(',');
  return (
    <tr data-content={content.code} data-empty={isUnused || undefined}>
      <th scope="row">
        <span translate="no">{content.name}</span>
        <span className={css.address} translate="no">
          {content.url ?? content.code}
        </span>
        {isUnused && (
          <span className={css.lack}>
            <Chip tone="warning">{m.unused}</Chip>
          </span>
        )}
      </th>
      {stages.map(({ code, name }, column) => {
        const isOn = content.stages.includes(code);
        const said = isOn ? m.shown : m.hidden;
        return (
          <td key={code} data-on={isOn || undefined} data-empty={isUnused || empty.includes(code) || undefined}>
            {onToggle ? (
              <UnstyledButton
                className={css.cell}
                data-cell={`${place}:${column}`}
                tabIndex={stop === column ? 0 : -1}
                aria-pressed={isOn}
                aria-label={m.cell(said, content.name, name)}
                onFocus={() => onStop({ row: place, column })}
                onClick={() => onToggle(content.code, code)}
              >
                {said}
              </UnstyledButton>
            ) : (
              said
            )}
          </td>
        );
      })}
    </tr>
  );
});
