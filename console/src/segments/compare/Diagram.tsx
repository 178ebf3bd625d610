import { useFmt } from '@/shared/fmt';
import css from '../insight/insight.module.css';
import type { Overlap } from '../insight/types';

interface Point {
  x: number;
  y: number;
}

const RADIUS = 78;

/** Where the circles are, where their names stand, and where the figure of each region stands, by those whom it is in. */
const TWO: { circles: Point[]; names: Point[]; figures: Record<string, Point> } = {
  circles: [
    { x: 115, y: 130 },
    { x: 205, y: 130 },
  ],
  names: [
    { x: 90, y: 40 },
    { x: 230, y: 40 },
  ],
  figures: { '0': { x: 80, y: 134 }, '1': { x: 240, y: 134 }, '0 1': { x: 160, y: 134 } },
};
const THREE: typeof TWO = {
  circles: [
    { x: 115, y: 105 },
    { x: 205, y: 105 },
    { x: 160, y: 180 },
  ],
  names: [
    { x: 80, y: 18 },
    { x: 240, y: 18 },
    { x: 160, y: 276 },
  ],
  figures: {
    '0': { x: 78, y: 92 },
    '1': { x: 242, y: 92 },
    '2': { x: 160, y: 226 },
    '0 1': { x: 160, y: 82 },
    '0 2': { x: 112, y: 160 },
    '1 2': { x: 208, y: 160 },
    '0 1 2': { x: 160, y: 134 },
  },
};

const SHORT = 16;

/** Circles that show which regions there are; their areas say nothing, the figures in them do. The table beside it says the same. */
export function Diagram({ overlap: { sizes, regions }, label }: { overlap: Overlap; label: string }) {
  const fmt = useFmt();
  const { circles, names, figures } = sizes.length === 2 ? TWO : THREE;
  return (
    <svg viewBox="0 0 320 290" className={css.venn} role="img" aria-label={label} data-testid="diagram">
      {circles.map(({ x, y }, place) => (
        <circle
          key={sizes[place]?.code}
          cx={x}
          cy={y}
          r={RADIUS}
          className={css.circle}
          fill={`var(--series-${place + 1})`}
          stroke={`var(--series-${place + 1})`}
        />
      ))}
      {sizes.map(({ code, name }, place) => (
        <text key={code} x={names[place]?.x} y={names[place]?.y} className={css.name}>
          {[...name].length > SHORT ? `${[...name].slice(0, SHORT).join('')}…` : name}
        </text>
      ))}
      {Object.entries(figures).map(([places, { x, y }]) => {
        const inside = places.split(' ').map((place) => sizes[Number(place)]?.code);
        const region = regions.find(
          (one) => one.in.length === inside.length && inside.every((code) => one.in.includes(code ?? '')),
        );
        return (
          <text key={places} x={x} y={y}>
            {fmt.count(region?.count ?? 0)}
          </text>
        );
      })}
    </svg>
  );
}
