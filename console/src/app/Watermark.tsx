import { useMe } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { usePrivacy } from '@/shared/privacy/Privacy';
import css from './shell.module.css';

const TILE_PX = { width: 360, height: 220 };

function escaped(text: string): string {
  return text.replace(/[<>&]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** Over a screen that shows what names people: who looks at it and on which day, also on a photograph of it. */
export function Watermark() {
  const me = useMe();
  const fmt = useFmt();
  if (usePrivacy().shown === 0) return null;
  const text = escaped(`${me.name} ${me.email} ${fmt.day(new Date().toISOString())}`);
  const { width, height } = TILE_PX;
  const tile = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><text x="8" y="${height - 24}" transform="rotate(-24 8 ${height - 24})" font-family="system-ui, sans-serif" font-size="13" fill="#808080">${text}</text></svg>`;
  return (
    <div
      className={css.watermark}
      style={{ backgroundImage: `url("data:image/svg+xml,${encodeURIComponent(tile)}")` }}
      aria-hidden="true"
      data-testid="watermark"
    />
  );
}
