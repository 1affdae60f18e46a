/** The overlay uses the page's colour scheme. A constructed stylesheet works under a strict CSP. */
export function style(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
}

const css = `
dialog{width:min(30rem,100vw - 2rem);height:min(47.5rem,100dvh - 2rem);max-width:none;max-height:none;padding:0;border:0;
border-radius:1rem;overflow:hidden;background:Canvas;color:CanvasText;font:1rem/1.5 system-ui}
dialog[open]{display:flex;flex-direction:column}
dialog::backdrop{background:#0c0e14a6}
form{display:flex;align-items:center;justify-content:space-between;padding:.5rem .5rem .5rem 1.25rem}
h2{margin:0;font-size:1rem}
button{font:inherit;color:inherit;background:none;border:1px solid;border-radius:.5rem;padding:.25rem .75rem;cursor:pointer}
form button{width:2.75rem;height:2.75rem;padding:0;border:0;font-size:1.5rem;line-height:1}
button:focus-visible{outline:2px solid;outline-offset:-2px}
iframe{flex:1;min-height:0;border:0}
p{flex:1;margin:auto 2rem;align-content:center;text-align:center}
progress{display:block;width:10rem;margin:1.5rem auto;accent-color:CanvasText}
div{padding:.75rem 1.25rem;border-top:1px solid #8886}
[hidden]{display:none}
@media(max-width:34rem){dialog{width:100vw;height:100dvh;border-radius:0}}
`;
