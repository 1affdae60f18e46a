/** Safe HTML; only the template tag `html` makes it. */
export type Html = { html: string };

type Insertable = Html | string | number | undefined | readonly (Html | string)[];

/** Makes HTML of a template: values are escaped as text, unless they are `Html` themselves. */
export function html(parts: TemplateStringsArray, ...values: Insertable[]): Html {
  return { html: parts.reduce((text, part, index) => text + escaped(values[index - 1]) + part) };
}

function escaped(value: Insertable): string {
  if (value === undefined) return '';
  if (typeof value === 'object') return 'html' in value ? value.html : value.map(escaped).join('');
  return String(value).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
