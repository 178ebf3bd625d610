// Text that somebody pasted from a spreadsheet, or a file of commas: cells, and the line that each row stands on.

export interface TextRow {
  /** From 1, as an editor counts. */
  line: number;
  cells: string[];
}

/** What separates cells: of the first line that has one, the most frequent; a spreadsheet pastes tabs. */
export function separatorOf(text: string): string {
  const first = text.split('\n').find((line) => line.trim() !== '') ?? '';
  for (const one of ['\t', ',', ';', '，']) if (first.includes(one)) return one;
  return ',';
}

/** Quotes hold separators, line breaks and doubled quotes. Empty lines are left out, blanks around cells too. */
export function readTable(text: string, separator = separatorOf(text)): TextRow[] {
  const rows: TextRow[] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let line = 1;
  let begun = 1;
  const endCell = () => {
    cells.push(cell.trim());
    cell = '';
  };
  const endRow = () => {
    endCell();
    if (cells.some((one) => one !== '')) rows.push({ line: begun, cells });
    cells = [];
  };
  const plain = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  for (let place = 0; place < plain.length; place += 1) {
    const letter = plain[place] as string;
    if (letter === '\n') line += 1;
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (plain[place + 1] === '"') {
        cell += '"';
        place += 1;
      } else quoted = false;
    } else if (letter === '"' && cell.trim() === '') {
      quoted = true;
      cell = '';
    } else if (letter === separator) endCell();
    else if (letter === '\n') {
      endRow();
      begun = line;
    } else cell += letter;
  }
  endRow();
  return rows;
}

/** A file as text: UTF-8, or what a Chinese spreadsheet writes. */
export function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}
