/** Browser script, part 1: elements and text. Text of the SUT becomes text nodes only, never markup. */
export const dom = String.raw`
const SVG = 'http://www.w3.org/2000/svg';
const add = (node, attributes, children) => {
  for (const name in attributes) {
    const value = attributes[name];
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat()) if (child !== undefined && child !== null && child !== false) node.append(child);
  return node;
};
const h = (name, attributes, ...children) => add(document.createElement(name), attributes, children);
const s = (name, attributes, ...children) => add(document.createElementNS(SVG, name), attributes, children);
const byId = (id) => document.getElementById(id);

const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\p{Cs}]/gu;
const clean = (text) => String(text).replace(HIDDEN, '\ufffd').replace(/\s+/g, ' ');
/* Characters that one cannot see, or that reorder their neighbours, are shown by their number. */
const show = (text) => {
  const out = document.createDocumentFragment();
  let from = 0;
  for (const hit of String(text).matchAll(HIDDEN)) {
    out.append(text.slice(from, hit.index));
    const code = hit[0].codePointAt(0).toString(16).toUpperCase().padStart(4, '0');
    out.append(h('span', { class: 'ctl', title: 'U+' + code }, 'U+' + code));
    from = hit.index + hit[0].length;
  }
  out.append(String(text).slice(from));
  return out;
};
const clip = (text, max) => (text.length <= max ? text : text.slice(0, Math.max(1, max - 1)).replace(/[\ud800-\udbff]$/, '') + '\u2026');
const millis = (value) =>
  value >= 60000 ? (value / 60000).toFixed(1) + ' min' : value >= 1000 ? (value / 1000).toFixed(2) + ' s' : value.toFixed(1) + ' ms';

const copyText = (text) => {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = h('textarea', { class: 'offscreen', readonly: true });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done ? Promise.resolve() : Promise.reject(new Error('copy'));
};
const copyButton = (text, label) =>
  h('button', {
    type: 'button',
    class: 'copy',
    onclick: (event) => {
      const button = event.currentTarget;
      const say = (word) => {
        button.textContent = word;
        setTimeout(() => { button.textContent = label; }, 1500);
      };
      copyText(text).then(() => say('Copied'), () => say('Press Ctrl+C'));
    },
  }, label);
`;
