import type { Locator } from '@playwright/test';

type Property = 'color' | 'backgroundColor' | 'fill' | 'stroke' | 'outlineColor' | 'borderTopColor';

/** As the browser paints it, `rgb(…)`. */
export function colorOf(locator: Locator, property: Property): Promise<string> {
  return locator.evaluate((element, name) => getComputedStyle(element)[name], property);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG contrast ratio, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
