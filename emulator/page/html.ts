/** HTML that is safe to show: made by `html` only. */
export type Html = { html: string };

type Shown = Html | string | number | undefined | readonly (Html | string)[];

/** A template whose values are text, escaped, unless they are `Html` themselves. */
export function html(parts: TemplateStringsArray, ...values: Shown[]): Html {
  return { html: parts.reduce((text, part, index) => text + shown(values[index - 1]) + part) };
}

function shown(value: Shown): string {
  if (value === undefined) return '';
  if (typeof value === 'object') return 'html' in value ? value.html : value.map(shown).join('');
  return String(value).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
