import { expect, test } from 'vitest';
import { html } from '../../../emulator/page/html.ts';

test('a template escapes every value that is not HTML of its own', () => {
  expect(html`<p>${'<b>&"\''}${html`<i>${1}</i>`}${['<', html`<u></u>`]}${undefined}</p>`.html).toBe(
    '<p>&#60;b&#62;&#38;&#34;&#39;<i>1</i>&#60;<u></u></p>',
  );
});
