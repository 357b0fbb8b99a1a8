/** The rows of delimited text by the names in its first line; a field in double quotes may hold delimiters and line breaks. */
export const readTable = (text: string, delimiter: string): readonly Readonly<Record<string, string>>[] => {
  const [names = [], ...rows] = linesOf(text, delimiter);
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])));
};

const linesOf = (text: string, delimiter: string): string[][] => {
  const lines: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  const endField = (): void => {
    row.push(field);
    field = '';
  };
  const endLine = (): void => {
    if (field === '' && row.length === 0) return;
    endField();
    lines.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quoted && char === '"' && text.charAt(at + 1) === '"') {
      field += char;
      at += 1;
    } else if (char === '"') quoted = !quoted;
    else if (quoted) field += char;
    else if (char === delimiter) endField();
    else if (char === '\n') endLine();
    else if (char !== '\r') field += char;
  }
  endLine();
  return lines;
};
