import type { Movement, MovementCell } from './types';

/** In the matrix also where nobody was in them. */
const STAGES_SHOWN = 30;

type Code = string | null;

/** Movement as a matrix of stages, nobody's stage last. Of very many stages those in which somebody was. */
export function matrixOf({ stages, cells }: Pick<Movement, 'stages' | 'cells'>) {
  const shown = (side: 'from' | 'to'): Code[] => {
    const isMet = (code: Code) => cells.some((cell) => cell[side] === code);
    return [...(stages.length > STAGES_SHOWN ? stages.filter(isMet) : stages), ...(isMet(null) ? [null] : [])];
  };
  const sum = (some: MovementCell[]) => some.reduce((all, { count }) => all + count, 0);
  return {
    rows: shown('from'),
    columns: shown('to'),
    cellOf: (from: Code, to: Code) => cells.find((one) => one.from === from && one.to === to),
    rowTotal: (from: Code) => sum(cells.filter((one) => one.from === from)),
    columnTotal: (to: Code) => sum(cells.filter((one) => one.to === to)),
    movedCount: sum(cells.filter((one) => one.from !== one.to)),
    total: sum(cells),
  };
}
